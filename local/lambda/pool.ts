import { Sandbox, type SandboxDeps } from './sandbox.ts';
import type { FunctionSpec } from './spec.ts';

interface Waiting {
  readonly spec: FunctionSpec;
  readonly take: (sandbox: Sandbox) => void;
  readonly refuse: (reason: Error) => void;
}

/**
 * The sandboxes of all functions: warm ones are used again, and their number is bounded, since each takes
 * some 20 MB and 2,000 at once end the process. What Lambda would run at once waits here in the order in
 * which it came.
 */
export class Pool {
  readonly #deps: SandboxDeps;
  readonly #limits: { readonly all: number; readonly each: number };
  readonly #busy = new Set<Sandbox>();
  /** Longest unused first. */
  #idle: Sandbox[] = [];
  #waiting: Waiting[] = [];

  constructor(deps: SandboxDeps, limits: { readonly all: number; readonly each: number }) {
    this.#deps = deps;
    this.#limits = limits;
  }

  acquire(spec: FunctionSpec): Promise<Sandbox> {
    return new Promise((take, refuse) => {
      this.#waiting.push({ spec, take, refuse });
      this.#serve();
    });
  }

  release(sandbox: Sandbox): void {
    this.#busy.delete(sandbox);
    if (!sandbox.dead) this.#idle.push(sandbox);
    this.#serve();
  }

  /** Sandboxes of older code or configuration are not used again. */
  forget(arn: string): void {
    for (const sandbox of this.#idle.filter((each) => each.spec.arn === arn)) this.#retire(sandbox);
  }

  /** The sandbox that works on the invocation with this trace id. */
  tracing(trace: string): Sandbox | undefined {
    return [...this.#busy].find((sandbox) => sandbox.trace === trace);
  }

  async close(): Promise<void> {
    const all = [...this.#busy, ...this.#idle];
    for (const { refuse } of this.#waiting) refuse(new Error('the function host is closed'));
    this.#waiting = [];
    this.#idle = [];
    await Promise.all(all.map((sandbox) => sandbox.close()));
  }

  #serve(): void {
    this.#waiting = this.#waiting.filter(({ spec, take, refuse }) => {
      try {
        const sandbox = this.#find(spec);
        if (!sandbox) return true;
        this.#busy.add(sandbox);
        take(sandbox);
      } catch (error) {
        // Lambda may not assume the role.
        refuse(error instanceof Error ? error : new Error(String(error)));
      }
      return false;
    });
  }

  #find(spec: FunctionSpec): Sandbox | undefined {
    for (const sandbox of this.#idle.filter((each) => each.spec.arn === spec.arn))
      if (sandbox.spec !== spec || !sandbox.usable) this.#retire(sandbox);
    // The one used last is the one most likely to be warm all through.
    const warm = this.#idle.findLast((each) => each.spec === spec);
    if (warm) {
      this.#idle = this.#idle.filter((each) => each !== warm);
      return warm;
    }
    const own = [...this.#busy].filter((each) => each.spec.arn === spec.arn).length;
    if (own >= this.#limits.each || this.#busy.size >= this.#limits.all) return undefined;
    const [oldest] = this.#idle;
    if (oldest && this.#busy.size + this.#idle.length >= this.#limits.all) this.#retire(oldest);
    return new Sandbox(spec, this.#deps);
  }

  #retire(sandbox: Sandbox): void {
    this.#idle = this.#idle.filter((each) => each !== sandbox);
    void sandbox.close();
  }
}
