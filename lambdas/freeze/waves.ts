/** Which node goes when, and which child carries it. */
import { createHash } from 'node:crypto';
import { countOf } from '../../contract/primitives.ts';
import type { Node, Shard, Slice, SliceShard } from '../../contract/stored.ts';

export interface Placed extends Shard {
  readonly node: Node;
}

export interface Wave {
  /** As the request states it. */
  readonly size: string;
  readonly nodes: number;
}

/**
 * Cumulative sizes → how many nodes each wave adds. Shares are of the nodes that the plan sends to, rounded
 * up; a wave that adds none (5 % of 10 after 1) is dropped.
 */
export function waveSizes(sizes: readonly string[], nodes: number): Wave[] {
  let reached = 0;
  const waves: Wave[] = [];
  for (const size of sizes) {
    const upTo = Math.min(nodes, countOf(size, nodes));
    if (upTo <= reached) continue;
    waves.push({ size, nodes: upTo - reached });
    reached = upTo;
  }
  return waves;
}

/** One child's worth: its steps end within a Lambda call and its notebook stays in memory. */
const SHARDS_PER_SLICE = 40;
const NODES_PER_SLICE = 5_000;

/**
 * The order over the fleet is that of SHA-256(seed, account, Region, node): spread over accounts and
 * Regions, the same whenever it is asked for, and chosen by nobody.
 */
export function cutIntoSlices(
  placed: readonly Placed[],
  waves: readonly Wave[],
  seed: string,
): Slice[] {
  const ranked = placed
    .map((p) => ({ ...p, rank: rankOf(p, seed) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  let start = 0;
  return waves.flatMap(({ nodes }, wave) => {
    const own = ranked.slice(start, start + nodes);
    start += nodes;
    return bundle(shardsOf(own), wave);
  });
}

const rankOf = ({ account, region, node }: Placed, seed: string): string =>
  createHash('sha256').update(`${seed}/${account}/${region}/${node.id}`).digest('hex').slice(0, 16);

/** Sorted by account, so that a child's sessions serve neighbouring Regions. */
function shardsOf(placed: readonly Placed[]): SliceShard[] {
  const shards = new Map<string, SliceShard>();
  for (const { account, region, node } of placed) {
    const key = `${account}/${region}`;
    const shard = shards.get(key);
    if (shard) shard.nodes.push(node);
    else shards.set(key, { account, region, nodes: [node] });
  }
  return [...shards.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, shard]) => shard);
}

function bundle(shards: readonly SliceShard[], wave: number): Slice[] {
  const slices: Slice[] = [];
  let nodes = 0;
  for (const shard of shards) {
    const last = slices.at(-1);
    const fits =
      last &&
      last.shards.length < SHARDS_PER_SLICE &&
      nodes + shard.nodes.length <= NODES_PER_SLICE;
    if (fits) {
      last.shards.push(shard);
      nodes += shard.nodes.length;
    } else {
      slices.push({ group: slices.length, wave, shards: [shard] });
      nodes = shard.nodes.length;
    }
  }
  return slices;
}
