/**
 * What Discover found. Its counts are in memory for all shards; the nodes are read shard by shard, in the order
 * of the shards' names, so that what is in memory does not grow with the fleet.
 */
import * as z from 'zod';
import { keys } from '../../contract/names.ts';
import { FoundShard, Group, GroupRefs, InventoryNode, type Shard } from '../../contract/stored.ts';
import { ahead } from '../shared/ahead.ts';
import type { Store } from '../shared/store.ts';

export interface Looked {
  readonly shards: readonly FoundShard[];
  /** Ids of a former dispatch that were looked for. */
  readonly expected: readonly string[];
}

const AHEAD = { atOnce: 40, room: 5_000 };
const FoundShards = z.array(FoundShard);

export async function looked(store: Store, dispatch: string): Promise<Looked> {
  const refs = await store.get(GroupRefs, keys.groups(dispatch));
  const expected: string[] = [];
  const shards: FoundShard[] = [];
  const groups = ahead(
    refs,
    async ({ group, key }) => ({
      asked: await store.get(Group, key),
      found: await store.get(FoundShards, keys.found(dispatch, group)),
    }),
    { ...AHEAD, weigh: () => 1 },
  );
  for await (const { asked, found } of groups) {
    for (const { nodes = [] } of asked.shards) for (const id of nodes) expected.push(id);
    shards.push(...found);
  }
  return { shards, expected };
}

export interface Inventory {
  readonly shard: FoundShard;
  readonly nodes: readonly InventoryNode[];
}

/** In the order of their names. */
export async function* inventories(
  store: Store,
  dispatch: string,
  shards: readonly FoundShard[],
): AsyncGenerator<Inventory> {
  const read = async (shard: FoundShard): Promise<Inventory> => {
    const { account, region, matched } = shard;
    const key = keys.inventory(dispatch, account, region);
    const nodes = matched > 0 ? await store.getLines(InventoryNode, key) : [];
    if (nodes.length !== matched)
      throw store.invalid(key, `${nodes.length} nodes, of ${matched} that were found`);
    const sendable = nodes.filter(({ skipped }) => !skipped).length;
    if (sendable !== sendableOf(shard))
      throw store.invalid(key, `${sendable} nodes to send to, of ${sendableOf(shard)}`);
    return { shard, nodes };
  };
  yield* ahead(shards.toSorted(byName), read, { ...AHEAD, weigh: ({ matched }) => matched });
}

export const nameOf = ({ account, region }: Shard): string => `${account}/${region}`;

export const byName = (a: Shard, b: Shard): number => compare(nameOf(a), nameOf(b));

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sendableOf = ({
  matched,
  nodesSkipped = {},
}: Pick<FoundShard, 'matched' | 'nodesSkipped'>): number =>
  matched - Object.values(nodesSkipped).reduce((sum, n) => sum + n, 0);
