import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { HistoryFull } from './failure.ts';

/** Events of one execution (developer guide, service quotas); with this many it fails. */
export const HISTORY_LIMIT = 25_000;

export type Details = Omit<HistoryEvent, 'timestamp' | 'type' | 'id' | 'previousEventId'>;

/** What one execution did, in order. Ids count from 1. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get length(): number {
    return this.events.length;
  }

  /** Throws {@link HistoryFull} when only the last place is left: it belongs to the event that ends the execution. */
  add(type: HistoryEventType, details: Details = {}): number {
    if (this.length >= HISTORY_LIMIT - 1) throw new HistoryFull();
    return this.#push(type, details);
  }

  /** The execution's last event (until it is redriven). */
  end(type: HistoryEventType, details: Details = {}): void {
    this.#push(type, details);
  }

  #push(type: HistoryEventType, details: Details): number {
    const id = this.length + 1;
    // The first state has no event before it: ExecutionStarted does not count (recorded on AWS).
    const previousEventId = id === 2 ? 0 : id - 1;
    this.events.push({ timestamp: new Date(this.#now()), type, id, previousEventId, ...details });
    return id;
  }
}
