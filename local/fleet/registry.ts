import type { Node, NodeChanges } from './node.ts';

/** The nodes, by id and by account and Region; tells its listeners of every change. */
export class Registry {
  readonly #byId = new Map<string, Node>();
  readonly #shards = new Map<string, Map<string, Node>>();
  /** Arrays handed out, until their shard changes. */
  readonly #lists = new Map<string, readonly Node[]>();
  readonly #listeners = new Set<(node: Node) => void>();

  add(node: Node): void {
    if (this.#byId.has(node.id)) throw new Error(`node ${node.id} exists already`);
    this.#put(node);
  }

  find(id: string): Node | undefined {
    return this.#byId.get(id);
  }

  list(account: string, region: string): readonly Node[] {
    const key = `${account}/${region}`;
    const known = this.#lists.get(key);
    if (known) return known;
    const list = [...(this.#shards.get(key)?.values() ?? [])];
    this.#lists.set(key, list);
    return list;
  }

  update(id: string, changes: NodeChanges, now: number): Node {
    const before = this.#byId.get(id);
    if (!before) throw new Error(`there is no node ${id}`);
    const { lostAt, ...rest } = { ...before, ...changes };
    const lost = rest.pingStatus === 'ConnectionLost' ? { lostAt: lostAt ?? now } : {};
    const node = { ...rest, ...lost };
    this.#put(node);
    for (const listener of this.#listeners) listener(node);
    return node;
  }

  subscribe(listener: (node: Node) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #put(node: Node): void {
    const key = `${node.account}/${node.region}`;
    const shard = this.#shards.get(key) ?? new Map<string, Node>();
    shard.set(node.id, node);
    this.#shards.set(key, shard);
    this.#byId.set(node.id, node);
    this.#lists.delete(key);
  }
}
