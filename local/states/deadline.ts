import type { Clock, Timer } from '../core/clock.ts';
import { ERRORS, StateError } from './failure.ts';

/** Milliseconds; absent: no limit. */
export interface Limits {
  readonly timeout?: number;
  readonly heartbeat?: number;
}

export interface Deadlines {
  /** Aborted when a limit is reached or the attempt ends. */
  readonly signal: AbortSignal;
  /** Starts the time to the next heartbeat anew. */
  beat(): void;
  /** The work's result, unless a limit comes first. A result that comes later is dropped without a trace. */
  race<T>(work: Promise<T>): Promise<T>;
  /** To be called when the work is over, however it ended. */
  clear(): void;
}

/** The limits of a task, from now on. */
export function setDeadlines(clock: Clock, attempt: AbortSignal, limits: Limits): Deadlines {
  const own = new AbortController();
  const reached = Promise.withResolvers<never>();
  // Nobody may be racing when it rejects.
  reached.promise.catch(() => undefined);
  const stop = (reason: unknown) => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    own.abort(error);
    reached.reject(error);
  };
  const onAttemptEnd = () => stop(attempt.reason);
  attempt.addEventListener('abort', onAttemptEnd, { once: true });
  if (attempt.aborted) onAttemptEnd();

  const after = (ms: number | undefined, alias?: string): Timer | undefined =>
    ms === undefined
      ? undefined
      : clock.after(ms, () => stop(new StateError(ERRORS.timeout, undefined, alias)));
  const timeout = after(limits.timeout);
  let heartbeat = after(limits.heartbeat, ERRORS.heartbeat);

  return {
    signal: own.signal,
    beat() {
      heartbeat?.cancel();
      heartbeat = after(limits.heartbeat, ERRORS.heartbeat);
    },
    race: (work) => Promise.race([work, reached.promise]),
    clear() {
      timeout?.cancel();
      heartbeat?.cancel();
      attempt.removeEventListener('abort', onAttemptEnd);
    },
  };
}
