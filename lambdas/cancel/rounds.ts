/** How long a recall waits for nodes that do not answer. */

/** An agent that is connected reacts within seconds. */
const FIRST_SECONDS = 2;
const GROWTH = 1.5;
const CAP_SECONDS = 60;

/**
 * 2 + 3 + 5 + 7 + 11 + 16 + 23 + 35 + 52 s, then 14 times 60 s: about 16 minutes, well beyond the 5 minutes
 * between two heartbeats of an agent (aws-facts 7) and LOST_MS. Counted in rounds and not by the clock, so
 * that a recall that is redriven days later waits as well.
 */
export const MOST_ROUNDS = 23;

export const roundWait = (round: number): number =>
  Math.min(CAP_SECONDS, Math.ceil(FIRST_SECONDS * GROWTH ** round));
