/**
 * How fast a command spreads: 1, 2, 4, … nodes at a time, the next step when all of the last one have
 * answered, until MaxConcurrency is reached (user guide, "Using targets and rate controls").
 */
export class Ramp {
  readonly #limit: number;
  #step = 1;
  #left = 1;
  #unanswered = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the right to send to one more node while `running` have it. */
  take(running: number): boolean {
    if (running >= this.#limit || this.#left === 0) return false;
    this.#left--;
    this.#unanswered++;
    return true;
  }

  /** A node has acknowledged, or was found not to be there. */
  answered(): void {
    this.#unanswered--;
    if (this.#left > 0 || this.#unanswered > 0) return;
    this.#step *= 2;
    // From here on only what still runs limits.
    this.#left = this.#step >= this.#limit ? Number.POSITIVE_INFINITY : this.#step;
  }
}
