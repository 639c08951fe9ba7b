import { type Clock, RealClock } from '../core/clock.ts';
import { AwsError } from '../core/operation.ts';
import { PAYLOAD_LIMIT } from './failures.ts';
import { Pool } from './pool.ts';
import type { Result, SandboxDeps } from './sandbox.ts';
import type { FunctionSpec } from './spec.ts';

export interface LambdaHostDeps extends Omit<SandboxDeps, 'watch'> {
  /** What the functions' timeouts run on; default: real time. */
  readonly watch?: Clock;
  /** Sandboxes at once, of all functions together; default 16. One function gets half of them. */
  readonly maxWorkers?: number;
}

export type InvokeResult =
  | { readonly ok: true; readonly payload: unknown }
  /** `error` is what Retry and Catch match; `cause` is the JSON that Lambda answers with FunctionError. */
  | { readonly ok: false; readonly error: string; readonly cause: string };

export interface LambdaHost {
  /** Creates the function, or replaces the one with this ARN for the invocations to come. */
  putFunction(spec: FunctionSpec): void;
  /**
   * Runs it. Rejects with {@link AwsError} for what Lambda's own API refuses; an aborted signal rejects with
   * its reason, but the function runs on to its end, as on AWS.
   */
  invoke(
    arn: string,
    payload: unknown,
    options?: { readonly signal?: AbortSignal },
  ): Promise<InvokeResult>;
  functions(): readonly FunctionSpec[];
  /** Name of the function whose invocation has this trace id, while it runs. */
  running(trace: string): string | undefined;
  /** Ends the sandbox in which it runs, in the middle of what it does. */
  kill(trace: string): Promise<void>;
  close(): Promise<void>;
}

export function createLambdaHost(deps: LambdaHostDeps): LambdaHost {
  const { clock, watch = new RealClock(), maxWorkers = 16 } = deps;
  const pool = new Pool(
    { ...deps, watch },
    { all: maxWorkers, each: Math.max(1, Math.floor(maxWorkers / 2)) },
  );
  const functions = new Map<string, FunctionSpec>();

  const run = async (spec: FunctionSpec, event: string): Promise<InvokeResult> => {
    // Waiting for a free sandbox takes no simulated time: Lambda would have started another.
    const release = clock.hold();
    try {
      const sandbox = await pool.acquire(spec);
      const result = await sandbox.invoke(event);
      pool.release(sandbox);
      return answer(result);
    } finally {
      release();
    }
  };

  return {
    putFunction(spec) {
      functions.set(spec.arn, spec);
      pool.forget(spec.arn);
    },
    async invoke(arn, payload, { signal } = {}) {
      signal?.throwIfAborted();
      const spec = functions.get(arn);
      if (!spec) throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
      const event = JSON.stringify(payload ?? {});
      if (Buffer.byteLength(event) > PAYLOAD_LIMIT)
        throw new AwsError(
          'RequestTooLargeException',
          `Request must be smaller than ${PAYLOAD_LIMIT} bytes for the InvokeFunction operation`,
          413,
        );
      return orAborted(run(spec, event), signal);
    },
    running: (trace) => pool.tracing(trace)?.spec.name,
    async kill(trace) {
      await pool.tracing(trace)?.close();
    },
    functions: () => [...functions.values()],
    close: () => pool.close(),
  };
}

const answer = (result: Result): InvokeResult => {
  if (!result.ok)
    return { ok: false, error: result.error.errorType, cause: JSON.stringify(result.error) };
  const payload: unknown = JSON.parse(result.payload);
  return { ok: true, payload };
};

function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      const reason: unknown = signal.reason;
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
