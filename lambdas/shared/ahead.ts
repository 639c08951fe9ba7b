/** Loading some things ahead of who takes them, in order: waiting for replies is most of the time of a large fleet. */

export interface Ahead<T> {
  /** How many are loaded at the same time, at most. */
  readonly atOnce: number;
  /** How much is in memory at the same time, at most; one that is larger is loaded alone. */
  readonly room: number;
  readonly weigh: (item: T) => number;
}

export async function* ahead<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  load: (item: T) => Promise<R>,
  { atOnce, room, weigh }: Ahead<T>,
): AsyncGenerator<R> {
  const loading: { readonly loaded: Promise<R>; readonly weight: number }[] = [];
  let held = 0;
  for await (const item of items) {
    const weight = weigh(item);
    while (loading.length >= atOnce || held + weight > room) {
      const next = loading.shift();
      if (!next) break;
      yield await next.loaded;
      held -= next.weight;
    }
    const loaded = load(item);
    // Who takes it meets its failure; until then it is no crash.
    loaded.catch(() => undefined);
    loading.push({ loaded, weight });
    held += weight;
  }
  for (const { loaded } of loading) yield await loaded;
}

/** Writing that does not wait for each: at most some at the same time, and all of them at the end. */
export function writing(atOnce: number) {
  const open = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const check = () => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    /** Resolves when there is room for the next; rejects as a write before it did. */
    async add(write: Promise<void>): Promise<void> {
      const done = write
        .catch((error: unknown) => void failures.push(error))
        .finally(() => open.delete(done));
      open.add(done);
      if (open.size >= atOnce) await Promise.race(open);
      check();
    },
    /** Resolves when all are written. */
    async end(): Promise<void> {
      await Promise.all(open);
      check();
    },
  };
}
