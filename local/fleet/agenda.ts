import type { Clock, Timer } from '../core/clock.ts';

interface Instant {
  readonly entries: Set<{ readonly run: () => void }>;
  readonly timer: Timer;
}

/** Timers of which many fall on the same instant: ten thousand nodes that answer together cost one. */
export class Agenda {
  readonly #clock: Clock;
  readonly #instants = new Map<number, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `run` after `ms`; the function it returns cancels that. */
  after(ms: number, run: () => void): () => void {
    const at = this.#clock.now() + Math.max(0, Math.ceil(ms));
    const instant = this.#instants.get(at) ?? this.#open(at);
    const entry = { run };
    instant.entries.add(entry);
    return () => {
      instant.entries.delete(entry);
      if (instant.entries.size > 0 || this.#instants.get(at) !== instant) return;
      // A timer without purpose would make virtual time run on to it.
      instant.timer.cancel();
      this.#instants.delete(at);
    };
  }

  /** Drops all that is still to come. */
  close(): void {
    for (const { timer } of this.#instants.values()) timer.cancel();
    this.#instants.clear();
  }

  #open(at: number): Instant {
    const entries: Instant['entries'] = new Set();
    const timer = this.#clock.after(at - this.#clock.now(), () => {
      this.#instants.delete(at);
      for (const entry of entries) entry.run();
    });
    const instant = { entries, timer };
    this.#instants.set(at, instant);
    return instant;
  }
}
