/**
 * When a child looks again. Looks have their times, counted from the child's start: children that started together
 * look together, so a report does not wait for the one of hundreds that happened to look last.
 */

/** A command of a few seconds is found within a few seconds. */
export const FIRST_LOOK_SECONDS = 2;

/** Each look comes this share of the time so far after the one before: detection costs 12 to 14 % on average. */
const GROWTH = 0.25;
const CAP_SECONDS = 120;
/**
 * Beyond 120 s the waits grow again, slowly, so that looks stay countable: a child that lives 30 days looks
 * about 2,400 times, 9 history events each, below the 25,000 that end an execution.
 */
const LOOKS_PER_LIFE = 500;

/** Seconds from a look at `seconds` to the next. */
const stepAfter = (seconds: number): number =>
  Math.min(
    Math.max(CAP_SECONDS, seconds / LOOKS_PER_LIFE),
    Math.max(FIRST_LOOK_SECONDS, seconds * GROWTH),
  );

/** Whole seconds until the next look's time; a look that took long is not followed by another at once. */
export function waitSeconds(elapsedMs: number): number {
  const elapsed = Math.max(0, elapsedMs / 1000);
  let next = 0;
  while (next <= elapsed) next += stepAfter(next);
  return Math.max(FIRST_LOOK_SECONDS, Math.ceil(next - elapsed));
}
