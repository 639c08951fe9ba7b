/** Shards → groups: what one child of Discover's map looks into. */
import { EVERY_REGION, type Group, type GroupShard } from '../../contract/stored.ts';

/** Shards of one child: it finishes well within a Lambda call, and 5,000 accounts need 500 children. */
const SHARDS_PER_GROUP = 100;

/** As many as are enabled in an account that has not opted in to more. */
const USUAL_REGIONS = 17;

/** Accounts stay whole, so that one session serves all Regions of an account. */
export function groupsOf(shards: readonly GroupShard[]): Group[] {
  const groups: { group: number; shards: GroupShard[] }[] = [];
  let size = 0;
  for (const own of Map.groupBy(shards, (shard) => shard.account).values()) {
    const last = groups.at(-1);
    const more = own.reduce(
      (n, { region }) => n + (region === EVERY_REGION ? USUAL_REGIONS : 1),
      0,
    );
    if (last && size + more <= SHARDS_PER_GROUP) last.shards.push(...own);
    else {
      groups.push({ group: groups.length, shards: [...own] });
      size = 0;
    }
    size += more;
  }
  return groups;
}
