import type { Counts, Outcome } from '../../../contract/outcomes.ts';

/** What asks for attention first. A record, so that the compiler misses no outcome. */
const RANKS: Readonly<Record<Outcome, number>> = {
  failed: 0,
  timedOut: 1,
  unknown: 2,
  undeliverable: 3,
  denied: 4,
  invalidPlatform: 5,
  terminated: 6,
  cancelled: 7,
  skipped: 8,
  succeeded: 9,
};

const isOutcome = (text: string): text is Outcome => text in RANKS;

export const OUTCOME_ORDER: readonly Outcome[] = Object.keys(RANKS).filter(isOutcome);

/** In bars what succeeded comes first, as the part that is done. */
export const BAR_ORDER: readonly Outcome[] = [
  'succeeded',
  ...OUTCOME_ORDER.filter((o) => o !== 'succeeded'),
];

export const sum = (counts: Counts): number => BAR_ORDER.reduce((n, o) => n + (counts[o] ?? 0), 0);
