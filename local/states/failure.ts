/** Names that states report and that Retry and Catch match. */
export const ERRORS = {
  all: 'States.ALL',
  dataLimit: 'States.DataLimitExceeded',
  heartbeat: 'States.HeartbeatTimeout',
  itemReader: 'States.ItemReaderFailed',
  noChoice: 'States.NoChoiceMatched',
  query: 'States.QueryEvaluationError',
  resultWriter: 'States.ResultWriterFailed',
  runtime: 'States.Runtime',
  taskFailed: 'States.TaskFailed',
  threshold: 'States.ExceedToleratedFailureThreshold',
  timeout: 'States.Timeout',
} as const;

/** A state has failed: `error` and `cause` are what a Catch sees, or what the execution ends with. */
export class StateError extends Error {
  readonly error: string | undefined;
  readonly reason: string | undefined;
  /** Further names that match. A missed heartbeat is reported as States.Timeout and matches both names. */
  readonly alias: string | undefined;
  constructor(error: string | undefined, reason?: string, alias?: string) {
    super(reason ?? error ?? 'The state failed without a name or a cause');
    this.name = 'StateError';
    this.error = error;
    this.reason = reason;
    this.alias = alias;
  }
}

/** The history is full: the execution ends here and nothing can catch it. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/** A query failed; becomes a {@link StateError} once it is known in which state (AWS names it in the cause). */
export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure';
  /** Path of the field inside the state, e.g. `Assign/result`. */
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

export const tooLarge = (what: string): StateError =>
  new StateError(
    ERRORS.dataLimit,
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
