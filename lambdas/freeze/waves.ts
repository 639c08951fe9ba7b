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
  /** Which waves of the request it stands for, from 1: itself, and those before it that were dropped. */
  readonly stated: readonly number[];
}

/**
 * Cumulative sizes → how many nodes each wave adds. Shares are of the nodes that the plan sends to, rounded
 * up; a wave that adds none (5 % of 10 after 1) is dropped.
 */
export function waveSizes(sizes: readonly string[], nodes: number): Wave[] {
  let reached = 0;
  const waves: Wave[] = [];
  let stated: number[] = [];
  for (const [i, size] of sizes.entries()) {
    stated.push(i + 1);
    const upTo = Math.min(nodes, countOf(size, nodes));
    if (upTo <= reached) continue;
    waves.push({ size, nodes: upTo - reached, stated });
    stated = [];
    reached = upTo;
  }
  return waves;
}

/** The source of a copy, alone, and then the waves of the others. */
export const afterSource = (waves: readonly Wave[]): Wave[] => [
  { size: 'source', nodes: 1, stated: [] },
  ...waves,
];

/** One child's worth: its steps end within a Lambda call and its notebook stays in memory. */
const SHARDS_PER_SLICE = 40;
const NODES_PER_SLICE = 5_000;

/**
 * The order over the fleet, decided by the seed alone, the same whenever it is asked for, chosen by nobody:
 * within each account and Region the nodes come in the order of SHA-256(seed, account, Region, node); and of
 * a shard of n nodes the k-th stands at (k + u) / n, where 0 ≤ u < 1 is the shard's own number out of the seed.
 * So a wave that reaches a share of the fleet reaches that share of every account and Region, give or take
 * one node.
 * @param first a node that comes before all
 */
export function cutIntoSlices(
  placed: readonly Placed[],
  waves: readonly Wave[],
  seed: string,
  first?: string,
): Slice[] {
  const ranked = [...Map.groupBy(placed, nameOf).entries()]
    .flatMap(([name, nodes]) => spread(name, nodes, seed))
    .map((each) => (each.node.id === first ? { ...each, at: -1 } : each))
    .toSorted((a, b) => a.at - b.at || (a.rank < b.rank ? -1 : 1));
  let start = 0;
  return waves.flatMap(({ nodes }, wave) => {
    const own = ranked.slice(start, start + nodes);
    start += nodes;
    return bundle(shardsOf(own), wave);
  });
}

export const nameOf = ({ account, region }: Shard): string => `${account}/${region}`;

const hashOf = (seed: string, name: string): string =>
  createHash('sha256').update(`${seed}/${name}`).digest('hex');

interface Ranked extends Placed {
  readonly rank: string;
  /** Where in the fleet: 0 is first, 1 is last. */
  readonly at: number;
}

function spread(name: string, nodes: readonly Placed[], seed: string): Ranked[] {
  const offset = Number.parseInt(hashOf(seed, name).slice(0, 12), 16) / 2 ** 48;
  return nodes
    .map((placed) => ({ ...placed, rank: hashOf(seed, `${name}/${placed.node.id}`).slice(0, 16) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map((ranked, k) => ({ ...ranked, at: (k + offset) / nodes.length }));
}

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
