/** CommandWorkersLimit of the agent: further commands wait, although the service already shows them InProgress. */
export const WORKERS = 5;

interface Desk {
  busy: number;
  readonly waiting: Set<() => void>;
}

/** The workers of every node that has something to do. */
export class Workers {
  readonly #desks = new Map<string, Desk>();

  /** Resolves to a release as soon as a worker is free, or to undefined when `signal` aborts first. */
  acquire(node: string, signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const desk = this.#desks.get(node) ?? { busy: 0, waiting: new Set() };
    this.#desks.set(node, desk);
    if (desk.busy < WORKERS) return Promise.resolve(this.#take(node, desk));
    return new Promise((resolve) => {
      const onAbort = () => {
        desk.waiting.delete(start);
        resolve(undefined);
      };
      const start = () => {
        signal.removeEventListener('abort', onAbort);
        resolve(this.#take(node, desk));
      };
      desk.waiting.add(start);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #take(node: string, desk: Desk): () => void {
    desk.busy++;
    return () => {
      desk.busy--;
      const [next] = desk.waiting;
      if (next) {
        desk.waiting.delete(next);
        next();
      } else if (desk.busy === 0) this.#desks.delete(node);
    };
  }
}
