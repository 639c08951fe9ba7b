/**
 * Time for the embedded AWS. Everything in `local/` that waits or asks what time it is does so here,
 * so that the same world can run in real time (the demo) or in virtual time (thousands of shards in seconds).
 */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Timer;
  /**
   * Like `after`, for what comes back for ever (a schedule): it fires when time gets there, but does not by
   * itself make virtual time go on, which would run away while nobody waits for anything.
   */
  whenever(ms: number, run: () => void): Timer;
  /**
   * Work is in progress that takes no time of its own (a request being answered, a Lambda running, a
   * script on a node): virtual time stands still until every hold is released. Releasing twice is harmless.
   */
  hold(): () => void;
}

/** Resolves after `ms`, or rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(asError(signal.reason));
    const onAbort = () => {
      timer.cancel();
      reject(asError(signal?.reason));
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Holds virtual time while `work` runs. */
export async function holding<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const release = clock.hold();
  try {
    return await work();
  } finally {
    release();
  }
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason));

export class RealClock implements Clock {
  now(): number {
    return Date.now();
  }

  after(ms: number, run: () => void): Timer {
    const deadline = Date.now() + Math.max(0, ms);
    let handle: NodeJS.Timeout;
    // setTimeout overflows above 2^31-1 ms (24.8 days); a state may wait a year.
    const arm = () => {
      const left = deadline - Date.now();
      handle =
        left > MAX_TIMEOUT ? setTimeout(arm, MAX_TIMEOUT) : setTimeout(run, Math.max(0, left));
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  }

  whenever(ms: number, run: () => void): Timer {
    return this.after(ms, run);
  }

  hold(): () => void {
    return () => undefined;
  }
}

const MAX_TIMEOUT = 2 ** 31 - 1;

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  /** Whether time goes on for it. */
  readonly drives: boolean;
  cancelled: boolean;
}

/**
 * Jumps to the next timer as soon as nothing is held and the event loop has settled.
 * Periodic timers are `whenever`: they would run time away while the world is idle.
 */
export class VirtualClock implements Clock {
  #now: number;
  #holds = 0;
  #order = 0;
  #checking = false;
  /** Timers that time goes on for. */
  #driving = 0;
  readonly #heap: Entry[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    return this.#set(ms, run, true);
  }

  whenever(ms: number, run: () => void): Timer {
    return this.#set(ms, run, false);
  }

  #set(ms: number, run: () => void, drives: boolean): Timer {
    const entry: Entry = {
      at: this.#now + Math.max(0, ms),
      order: this.#order++,
      run,
      drives,
      cancelled: false,
    };
    push(this.#heap, entry);
    if (drives) this.#driving++;
    this.#check();
    return { cancel: () => this.#settle(entry) };
  }

  /** It will not fire, or just has. */
  #settle(entry: Entry): void {
    if (entry.cancelled) return;
    entry.cancelled = true;
    if (entry.drives) this.#driving--;
  }

  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#check();
    };
  }

  #check(): void {
    if (this.#checking || this.#holds > 0 || this.#driving === 0) return;
    this.#checking = true;
    // Two turns of the event loop: promise chains started by the last release come to rest first,
    // and either take a new hold or set a new timer.
    setImmediate(() =>
      setImmediate(() => {
        this.#checking = false;
        if (this.#holds === 0 && this.#driving > 0) this.#fire();
      }),
    );
  }

  #fire(): void {
    while (this.#heap[0]?.cancelled) pop(this.#heap);
    const first = this.#heap[0];
    if (!first) return;
    this.#now = Math.max(this.#now, first.at);
    // Everything due at this instant fires together, in the order in which it was set.
    for (let next = this.#heap[0]; next && next.at <= this.#now; next = this.#heap[0]) {
      pop(this.#heap);
      if (next.cancelled) continue;
      this.#settle(next);
      next.run();
    }
    this.#check();
  }
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Entry[], entry: Entry): void {
  let i = heap.push(entry) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = heap[parent];
    if (!above || before(above, entry)) break;
    heap[i] = above;
    heap[parent] = entry;
    i = parent;
  }
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let i = 0;
  heap[0] = last;
  for (;;) {
    const left = 2 * i + 1;
    const right = left + 1;
    let least = i;
    if (heap[left] && before(heap[left], heap[least] ?? last)) least = left;
    if (heap[right] && before(heap[right], heap[least] ?? last)) least = right;
    const child = heap[least];
    if (least === i || !child) return;
    heap[i] = child;
    heap[least] = last;
    i = least;
  }
}
