/** How long a child waits before it looks again. */

/** A command of a few seconds is found within a few seconds. */
export const FIRST_LOOK_SECONDS = 2;

/** Each look comes this share of the time so far after the one before: detection costs 12 to 13 % on average. */
const GROWTH = 0.25;
const CAP_SECONDS = 120;
/**
 * Beyond 120 s the waits grow again, slowly, so that looks stay countable: a child that lives 30 days looks
 * about 2,400 times, 9 history events each, below the 25,000 that end an execution.
 */
const LOOKS_PER_LIFE = 500;

export function waitSeconds(elapsedMs: number): number {
  const elapsed = Math.max(0, elapsedMs / 1000);
  const cap = Math.max(CAP_SECONDS, elapsed / LOOKS_PER_LIFE);
  return Math.ceil(Math.min(cap, Math.max(FIRST_LOOK_SECONDS, elapsed * GROWTH)));
}
