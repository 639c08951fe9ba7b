/** Shards → groups: what one child of Discover's map looks into. */
import type { Group, GroupShard } from '../../contract/stored.ts';

/** Shards of one child: it finishes well within a Lambda call, and 5,000 accounts need 500 children. */
const SHARDS_PER_GROUP = 40;

/** Accounts stay whole, so that one session serves all Regions of an account. */
export function groupsOf(shards: readonly GroupShard[]): Group[] {
  const groups: { group: number; shards: GroupShard[] }[] = [];
  for (const own of Map.groupBy(shards, (shard) => shard.account).values()) {
    const last = groups.at(-1);
    if (last && last.shards.length + own.length <= SHARDS_PER_GROUP) last.shards.push(...own);
    else groups.push({ group: groups.length, shards: [...own] });
  }
  return groups;
}
