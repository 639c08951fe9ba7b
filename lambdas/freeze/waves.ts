/** Which node goes when, and which child carries it. */
import { createHash } from 'node:crypto';
import { countOf } from '../../contract/primitives.ts';
import type { Node, Shard, Slice, SliceShard } from '../../contract/stored.ts';
import { byName, nameOf } from './found.ts';

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

export interface ShardSize extends Shard {
  /** That are sent to. */
  readonly sendable: number;
}

/**
 * The order over the fleet, decided by the seed alone, the same whenever it is asked for, chosen by nobody:
 * within each account and Region the nodes come in the order of SHA-256(seed, account, Region, node); and of
 * a shard of n nodes the k-th stands at (k + u) / n, where 0 ≤ u < 1 is the shard's own number out of the seed.
 * So a wave that reaches a share of the fleet reaches that share of every account and Region, give or take
 * one node; and which nodes of a shard a wave takes follows from the sizes of the shards alone: of the whole
 * fleet there is one number a node in memory.
 * @returns of each shard by name how many of its nodes go up to and with each wave
 */
export function upToWave(
  shards: readonly ShardSize[],
  waves: readonly Wave[],
  seed: string,
): ReadonlyMap<string, readonly number[]> {
  const places = shards
    .filter(({ sendable }) => sendable > 0)
    .toSorted(byName)
    .map((shard) => ({ name: nameOf(shard), n: shard.sendable, u: numberOf(seed, nameOf(shard)) }));
  const all = new Float64Array(places.reduce((sum, { n }) => sum + n, 0));
  let filled = 0;
  for (const place of places) for (let k = 0; k < place.n; k++) all[filled++] = at(place, k);
  all.sort();
  let upTo = 0;
  const columns = waves.map(({ nodes }) => {
    upTo += nodes;
    return column(places, all[upTo - 1] ?? -1, upTo);
  });
  return new Map(places.map(({ name }, i) => [name, columns.map((counts) => counts[i] ?? 0)]));
}

interface Place {
  readonly n: number;
  readonly u: number;
}

const at = ({ n, u }: Place, k: number): number => (k + u) / n;

const numberOf = (seed: string, name: string): number =>
  createHash('sha256').update(`${seed}/${name}`).digest().readUIntBE(0, 6) / 2 ** 48;

/** How many nodes of each shard stand at `last` or before: together `nodes`, so of equal places the later shards wait. */
function column(places: readonly Place[], last: number, nodes: number): number[] {
  const counts = places.map((place) => notAfter(place, last));
  let over = counts.reduce((sum, n) => sum + n, 0) - nodes;
  for (let i = places.length - 1; over > 0 && i >= 0; i--) {
    const [place, count] = [places[i], counts[i]];
    if (place && count && at(place, count - 1) === last) {
      counts[i] = count - 1;
      over--;
    }
  }
  return counts;
}

function notAfter(place: Place, last: number): number {
  let [low, high] = [0, place.n];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (at(place, middle) <= last) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One child's worth: its steps end within a Lambda call and its notebook stays in memory. */
const SHARDS_PER_SLICE = 100;
const NODES_PER_SLICE = 5_000;

export interface Cutter {
  /** Shards in the order of their names, so that a child's sessions serve neighbouring Regions. @returns full slices */
  add(shard: SliceShard): Slice[];
  /** @returns those that were not full */
  end(): Slice[];
}

/** A node that goes before all others, in a wave of its own. */
export interface First {
  /** Name of its shard. */
  readonly shard: string;
  readonly id: string;
}

export function cutter(
  shards: readonly ShardSize[],
  waves: readonly Wave[],
  seed: string,
  first?: First,
): Cutter {
  const isFirst = (shard: Shard, { id }: Node) => first?.shard === nameOf(shard) && first.id === id;
  const others = shards.map((shard) =>
    first?.shard === nameOf(shard) ? { ...shard, sendable: shard.sendable - 1 } : shard,
  );
  const upTo = upToWave(others, first ? waves.slice(1) : waves, seed);
  const bundles = waves.map((_, wave) => bundle(wave));
  return {
    add(shard) {
      const alone = shard.nodes.filter((node) => isFirst(shard, node));
      const rest = inOrder(shard, seed).filter((node) => !isFirst(shard, node));
      const ends = [0, ...(upTo.get(nameOf(shard)) ?? [])];
      const own = ends.slice(1).map((end, wave) => rest.slice(ends[wave], end));
      const perWave = first ? [alone, ...own] : own;
      return bundles.flatMap((each, wave) => each.add({ ...shard, nodes: perWave[wave] ?? [] }));
    },
    end: () => bundles.flatMap((each) => each.end()),
  };
}

function inOrder(shard: SliceShard, seed: string): Node[] {
  const name = nameOf(shard);
  return shard.nodes
    .map((node) => ({
      node,
      rank: createHash('sha256').update(`${seed}/${name}/${node.id}`).digest('hex').slice(0, 16),
    }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ node }) => node);
}

function bundle(wave: number): Cutter {
  let group = 0;
  let shards: SliceShard[] = [];
  let nodes = 0;
  const end = (): Slice[] => {
    if (shards.length === 0) return [];
    const slice = { group: group++, wave, shards };
    shards = [];
    nodes = 0;
    return [slice];
  };
  return {
    add(shard) {
      if (shard.nodes.length === 0) return [];
      const fits =
        shards.length < SHARDS_PER_SLICE && nodes + shard.nodes.length <= NODES_PER_SLICE;
      const full = fits ? [] : end();
      shards.push(shard);
      nodes += shard.nodes.length;
      return full;
    },
    end,
  };
}
