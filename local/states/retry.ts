import { ERRORS, type StateError } from './failure.ts';
import type { Catcher } from './flow.ts';
import type { RetrierSource } from './schema.ts';

/**
 * Whether an ErrorEquals list names an error. The wildcards leave out the terminal ones, which a list may still name
 * (developer guide, handling errors): States.Runtime and States.DataLimitExceeded for both, a timeout for
 * States.TaskFailed.
 */
export function matches(names: readonly string[], failure: StateError): boolean {
  const own = [failure.error, failure.alias].filter((name) => name !== undefined);
  if (own.includes(ERRORS.runtime)) return false;
  if (names.some((name) => own.includes(name))) return true;
  if (own.includes(ERRORS.dataLimit)) return false;
  if (names.includes(ERRORS.all)) return true;
  return names.includes(ERRORS.taskFailed) && !own.includes(ERRORS.timeout);
}

/** Counts the retries of one state; each retrier has its own count. */
export class Retries {
  readonly #retriers: readonly RetrierSource[];
  readonly #used = new Map<RetrierSource, number>();

  constructor(retriers: readonly RetrierSource[]) {
    this.#retriers = retriers;
  }

  /** Milliseconds to wait before the next attempt; undefined: no more. */
  next(failure: StateError, random: () => number): number | undefined {
    const retrier = this.#retriers.find((each) => matches(each.ErrorEquals, failure));
    if (!retrier) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.MaxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    const grown = retrier.IntervalSeconds * retrier.BackoffRate ** used;
    const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1);
  }
}

export const catcherFor = (
  catchers: readonly Catcher[],
  failure: StateError,
): Catcher | undefined => catchers.find((each) => matches(each.errorEquals, failure));
