/**
 * How it ended on one node. DESIGN.md promise 2: matched = the sum of these, always.
 */
import * as z from 'zod';

export const OUTCOMES = [
  'succeeded',
  'failed',
  'timedOut',
  'undeliverable',
  'denied',
  'invalidPlatform',
  'terminated',
  'cancelled',
  'skipped',
  'unknown',
] as const;
export const Outcome = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof Outcome>;

/** Counts by outcome; absent means 0. */
export const Counts = z.partialRecord(Outcome, z.int().min(0));
export type Counts = z.infer<typeof Counts>;

export const total = (counts: Counts): number =>
  OUTCOMES.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);

export function addCounts(...all: readonly Counts[]): Counts {
  const sum: Counts = {};
  for (const counts of all)
    for (const outcome of OUTCOMES) {
      const n = (sum[outcome] ?? 0) + (counts[outcome] ?? 0);
      if (n > 0) sum[outcome] = n;
    }
  return sum;
}

/**
 * What the error budget counts. Not `terminated`, `cancelled` and `skipped`: nothing ran there, they are
 * consequences of a decision.
 */
const ERRORS: ReadonlySet<Outcome> = new Set([
  'failed',
  'timedOut',
  'undeliverable',
  'denied',
  'invalidPlatform',
  'unknown',
]);

export const isError = (outcome: Outcome, tolerated: readonly Outcome[] = []): boolean =>
  ERRORS.has(outcome) && !tolerated.includes(outcome);

/** @param tolerated what the request does not want counted */
export const errorsIn = (counts: Counts, tolerated: readonly Outcome[] = []): number =>
  OUTCOMES.reduce((sum, o) => sum + (isError(o, tolerated) ? (counts[o] ?? 0) : 0), 0);

/**
 * SSM's Status and StatusDetails, spelt without spaces and in lower case (the documentation writes
 * "Delivery Timed Out", the wire `DeliveryTimedOut`). Source: aws-sdk CommandInvocation and Command, user
 * guide "Understanding command statuses".
 */
const BY_DETAILS: Readonly<Record<string, Outcome>> = {
  success: 'succeeded',
  failed: 'failed',
  timedout: 'timedOut',
  deliverytimedout: 'undeliverable',
  executiontimedout: 'timedOut',
  undeliverable: 'undeliverable',
  terminated: 'terminated',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  invalidplatform: 'invalidPlatform',
  accessdenied: 'denied',
  noinstancesintag: 'skipped',
  incomplete: 'failed',
  rateexceeded: 'undeliverable',
  limitexceeded: 'undeliverable',
};

const BY_STATUS: Readonly<Record<string, Outcome>> = {
  success: 'succeeded',
  failed: 'failed',
  timedout: 'timedOut',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

const OPEN: ReadonlySet<string> = new Set(['pending', 'inprogress', 'delayed', 'cancelling']);

const normal = (text: string | undefined): string =>
  (text ?? '').replace(/[\s_-]/g, '').toLowerCase();

/** True while SSM still works on it. An unknown status is not terminal. */
export function isTerminal(status: string | undefined): boolean {
  return normal(status) in BY_STATUS;
}

export const isOpen = (status: string | undefined): boolean => OPEN.has(normal(status));

/**
 * The outcome of an invocation. Never `succeeded` unless SSM says so in both fields; an unknown detail
 * follows the status, an unknown status is `unknown`.
 */
export function outcomeOf(status: string | undefined, details: string | undefined): Outcome {
  const byStatus = BY_STATUS[normal(status)];
  const byDetails = BY_DETAILS[normal(details)];
  if (byStatus === undefined) return 'unknown';
  if (byStatus === 'succeeded')
    return normal(details) === '' || byDetails === 'succeeded'
      ? 'succeeded'
      : (byDetails ?? 'unknown');
  if (byDetails === undefined || byDetails === 'succeeded') return byStatus;
  return byDetails;
}
