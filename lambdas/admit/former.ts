/** The nodes of a former dispatch, by how it ended on them. */
import { FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import { type GroupShard, Row } from '../../contract/stored.ts';
import type { Store } from '../shared/store.ts';

type From = NonNullable<Request['targets']['from']>;

/** @param meant whether a shard is among the accounts and Regions of the request */
export async function formerShards(
  store: Pick<Store, 'lines'>,
  { dispatch, outcomes }: From,
  meant: (account: string, region: string) => boolean,
): Promise<GroupShard[]> {
  const wanted = new Set(outcomes);
  const shards = new Map<string, GroupShard & { nodes: string[] }>();
  const rows = await store.lines(Row, keys.report(dispatch, 'jsonl'));
  if (!rows)
    throw new FleetwideError('InvalidRequest', 'request: 1 problem(s)', [
      {
        path: 'targets.from.dispatch',
        message: `dispatch ${dispatch} has no report`,
        remedy: 'Name a dispatch that has ended, as `fleetwide list` shows it',
      },
    ]);
  for await (const { account, region, node, outcome } of rows) {
    if (!wanted.has(outcome) || !meant(account, region)) continue;
    const key = `${account}/${region}`;
    const shard = shards.get(key) ?? { account, region, nodes: [] };
    shard.nodes.push(node);
    shards.set(key, shard);
  }
  if (shards.size === 0)
    throw new FleetwideError('InvalidRequest', 'request: 1 problem(s)', [
      {
        path: 'targets.from',
        message: `dispatch ${dispatch} ended so on no node: ${outcomes.join(', ')}`,
        remedy: 'Nothing is left to do, or name other outcomes',
      },
    ]);
  return [...shards.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, shard]) => shard);
}
