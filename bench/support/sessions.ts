/**
 * Sessions at STS's rate: what is refused is asked for again after a growing pause, as the SDK's standard retry does.
 * Reckoned event by event, with a random number generator that starts the same each time.
 */
import { PATIENT_ATTEMPTS } from '../../lambdas/shared/retry.ts';
import { CALL_SECONDS, CHILDREN_A_SECOND, SESSIONS_A_SECOND } from './rates.ts';

export interface Asking {
  /** Started one after the other at Step Functions' rate. */
  readonly children: number;
  /** Of each child, each of which wants one session. */
  readonly accounts: number;
  readonly atOnce: number;
  /** What a child does in an account once it has a session (s). */
  readonly work: number;
}

export interface Asked {
  /** Until the last child has done its work (s). */
  readonly seconds: number;
  /** Of STS, for each session. */
  readonly attempts: number;
}

/** The SDK's pauses for throttled calls (s): doubled each time, of random length up to that (smithy retry, "base delay"). */
const FIRST_PAUSE = 0.5;
const LONGEST_PAUSE = 20;

interface Event {
  readonly at: number;
  readonly child: number;
  /** Of this session before. */
  readonly refusals: number;
}

export function sessions({ children, accounts, atOnce, work }: Asking): Asked {
  const random = randomFrom(1);
  const events = timeline();
  const left = Array<number>(children).fill(Math.max(0, accounts - atOnce));
  for (let child = 0; child < children; child++)
    for (let i = 0; i < Math.min(atOnce, accounts); i++)
      events.add({ at: child / CHILDREN_A_SECOND, child, refusals: 0 });
  let tokens = SESSIONS_A_SECOND;
  let before = 0;
  let attempts = 0;
  let seconds = 0;
  for (let event = events.next(); event; event = events.next()) {
    const { at, child, refusals } = event;
    // Within a bucket of the timeline time may step back a little.
    const now = Math.max(before, at);
    tokens = Math.min(SESSIONS_A_SECOND, tokens + (now - before) * SESSIONS_A_SECOND);
    before = now;
    attempts++;
    if (tokens < 1) {
      if (refusals + 1 >= PATIENT_ATTEMPTS) throw new Error('a session was given up');
      const pause = random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** refusals);
      events.add({ at: at + CALL_SECONDS + pause, child, refusals: refusals + 1 });
      continue;
    }
    tokens--;
    const done = at + CALL_SECONDS + work;
    seconds = Math.max(seconds, done);
    const more = left[child] ?? 0;
    left[child] = more - 1;
    if (more > 0) events.add({ at: done, child, refusals: 0 });
  }
  return { seconds, attempts: attempts / (children * accounts) };
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Events in the order of their time, by buckets of 10 ms: within one, in the order in which they came. */
function timeline(): { add(event: Event): void; next(): Event | undefined } {
  const buckets = new Map<number, Event[]>();
  let now = 0;
  let waiting = 0;
  return {
    add(event) {
      const bucket = Math.max(now, Math.floor(event.at * 100));
      const events = buckets.get(bucket) ?? [];
      buckets.set(bucket, events);
      events.push(event);
      waiting++;
    },
    next() {
      if (waiting === 0) return undefined;
      for (;;) {
        const event = buckets.get(now)?.shift();
        if (event) {
          waiting--;
          return event;
        }
        buckets.delete(now++);
      }
    },
  };
}
