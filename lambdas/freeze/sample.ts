/** A sample of what matched: the same nodes for the same seed, as long as the fleet is the same. */
import { createHash } from 'node:crypto';
import { countOf } from '../../contract/primitives.ts';
import type { Request } from '../../contract/request.ts';
import type { FoundShard, InventoryNode } from '../../contract/stored.ts';
import { tally } from '../shared/tally.ts';
import { type Inventory, nameOf } from './found.ts';

type Sample = NonNullable<Request['targets']['sample']>;

export interface Drawn {
  /** What was found, with the counts of those nodes that are drawn. */
  readonly shards: readonly FoundShard[];
  readonly holds: (shard: FoundShard, node: InventoryNode) => boolean;
}

/** Draws whatever account and Region nodes are in. Of each node its rank is held: 8 bytes. */
export async function drawn(
  shards: readonly FoundShard[],
  inventories: () => AsyncIterable<Inventory>,
  sample: Sample,
  seed: string,
): Promise<Drawn> {
  const ranks = new BigUint64Array(shards.reduce((sum, s) => sum + s.matched, 0));
  let n = 0;
  for await (const { shard, nodes } of inventories())
    for (const node of nodes) ranks[n++] = rankOf(seed, shard, node);
  const size = Math.min(ranks.length, countOf(sizeOf(sample), ranks.length));
  const last = ranks.toSorted()[size - 1] ?? -1n;
  const holds = (shard: FoundShard, node: InventoryNode) => rankOf(seed, shard, node) <= last;
  const counted = new Map<string, Pick<FoundShard, 'matched' | 'nodesSkipped'>>();
  for await (const { shard, nodes } of inventories()) {
    const own = nodes.filter((node) => holds(shard, node));
    counted.set(nameOf(shard), { matched: own.length, nodesSkipped: tally(own) });
  }
  return { shards: shards.map((shard) => ({ ...shard, ...counted.get(nameOf(shard)) })), holds };
}

const sizeOf = ({ count, percent }: Sample): string =>
  count === undefined ? `${percent}%` : String(count);

const rankOf = (seed: string, { account, region }: FoundShard, { id }: InventoryNode): bigint =>
  createHash('sha256').update(`${seed}/${account}/${region}/${id}`).digest().readBigUInt64BE();
