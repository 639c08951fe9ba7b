import type { Command } from './command.ts';

/** Commands stay in the history for 30 days (user guide). */
const HISTORY_MS = 30 * 24 * 3600 * 1000;

/** The commands of one account in one Region, oldest first. */
export class Shard {
  #commands: Command[] = [];
  readonly #byId = new Map<string, Command>();
  #nextOrder = 0;

  nextOrder(): number {
    return this.#nextOrder++;
  }

  add(command: Command): void {
    this.#commands.push(command);
    this.#byId.set(command.id, command);
  }

  find(id: string, now: number): Command | undefined {
    this.#forget(now);
    return this.#byId.get(id);
  }

  /** Newest first, those before `order` alone, as far as reads may see them. */
  *newest(now: number, order = Number.POSITIVE_INFINITY): Iterable<Command> {
    this.#forget(now);
    // Orders are consecutive, so the place of each is known.
    const first = this.#commands[0]?.order ?? 0;
    for (let i = Math.min(order - first, this.#commands.length) - 1; i >= 0; i--) {
      const command = this.#commands[i];
      if (command && command.visibleAt <= now) yield command;
    }
  }

  #forget(now: number): void {
    const old = this.#commands.findIndex(({ requestedAt }) => requestedAt > now - HISTORY_MS);
    const gone = this.#commands.splice(0, old < 0 ? this.#commands.length : old);
    for (const { id } of gone) this.#byId.delete(id);
  }
}

export class Store {
  readonly #shards = new Map<string, Shard>();

  shard({ account, region }: { readonly account: string; readonly region: string }): Shard {
    const key = `${account}/${region}`;
    const shard = this.#shards.get(key) ?? new Shard();
    this.#shards.set(key, shard);
    return shard;
  }
}
