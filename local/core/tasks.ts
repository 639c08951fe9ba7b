/**
 * How the state machine interpreter reaches other services: every integration it uses goes through here,
 * is authorised as the state machine's role and counted like any other call.
 */
export interface TaskRunner {
  /**
   * `resource` as it stands in the definition, e.g. `arn:aws:states:::lambda:invoke`; also asked for the
   * map's own reads and writes: `arn:aws:states:::s3:getObject` (returns `{Body: Uint8Array}`),
   * `arn:aws:states:::s3:putObject` (takes `{Bucket, Key, Body: string}`).
   * Throws {@link TaskFailure}. After `signal` aborts, the result is of no interest.
   */
  run(resource: string, args: unknown, as: TaskIdentity, signal: AbortSignal): Promise<unknown>;
  /**
   * A Distributed Map starts (or redrives) its children as executions of its own state machine, with the
   * machine's role; `resource` is the state machine, or an execution that is redriven. Throws {@link TaskFailure} States.Permissions unless the role may.
   */
  mayStartChildren(resource: string, redrive: boolean, as: TaskIdentity): void;
  /** Resources the runner knows; the interpreter refuses others when a definition is loaded. */
  readonly resources: readonly string[];
}

export interface TaskIdentity {
  readonly roleArn: string;
  readonly region: string;
  readonly executionArn: string;
}

/** What a task failed with: `error` is the name that Retry and Catch match. */
export class TaskFailure extends Error {
  readonly error: string;
  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
    this.error = error;
  }
}
