/** Selectors → accounts and Regions; units, lists and tags are resolved by the hub, in a dispatch that only looks. */
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import * as z from 'zod';
import { keys } from '../../contract/names.ts';
import { AccountId, Region } from '../../contract/primitives.ts';
import { parseRequest, type RequestInput } from '../../contract/request.ts';
import { EVERY_REGION, FoundShard, type Reason } from '../../contract/stored.ts';
import { broken } from '../follow/broken.ts';
import type { Hub } from '../hub.ts';
import type { Scope } from './scope.ts';

export interface Shards {
  readonly shards: readonly { readonly account: string; readonly region: string }[];
  /** Accounts that were shut already when their Regions were to be listed. */
  readonly closed: readonly { readonly account: string; readonly reason: Reason }[];
}

const MS_BETWEEN_LOOKS = 1000;
const READS_AT_ONCE = 8;
/** Of the form of an instance's id, and none's: so that each shard is asked one short question. */
const NOBODY = 'i-00000000000000000';

const lookFor = (set: Scope['sets'][0], action: Scope['action'], requester: string) => ({
  action,
  targets: { ...set, ...(!set.from && { instanceIds: [NOBODY] }) },
  mode: 'plan' as const,
  requester,
});

/** Throws InvalidRequest where selectors or Regions are none, before anybody is asked. */
export function checked({ sets, action }: Scope): void {
  for (const set of sets) parseRequest(lookFor(set, action, 'anybody'));
}

export async function shardsOf(
  hub: Hub,
  { sets, action }: Scope,
  { name, requester }: { readonly name: string; readonly requester: string },
): Promise<Shards> {
  const found: Shards[] = [];
  for (const [n, set] of sets.entries()) {
    const plain = namedOnly(set);
    if (plain) found.push({ shards: plain, closed: [] });
    else found.push(await resolved(hub, `${name}-t${n}`, lookFor(set, action, requester)));
  }
  const shards = found.flatMap((each) => each.shards);
  const closed = found.flatMap((each) => each.closed);
  return {
    shards: [
      ...new Map(shards.map((shard) => [`${shard.account} ${shard.region}`, shard])).values(),
    ],
    closed: [...new Map(closed.map((each) => [each.account, each])).values()],
  };
}

/** Ids × Regions by name need nobody's help; undefined for what does. */
function namedOnly({
  accounts = [],
  regions = [],
  excludeAccounts = [],
  ...set
}: Scope['sets'][0]) {
  const ids = [...accounts, ...excludeAccounts].every((id) => AccountId.safeParse(id).success);
  const named = regions.every((region) => Region.safeParse(region).success);
  if (!ids || !named || set.accountTags || set.from) return undefined;
  return accounts
    .filter((account) => !excludeAccounts.includes(account))
    .flatMap((account) => regions.map((region) => ({ account, region })));
}

async function resolved(hub: Hub, id: string, request: RequestInput): Promise<Shards> {
  await hub.start(id, request);
  for (;;) {
    const execution = await hub.execution(id);
    if (execution.status === 'RUNNING') {
      await pause(MS_BETWEEN_LOOKS);
      continue;
    }
    // Nobody was meant to match.
    if (execution.status !== 'SUCCEEDED' && execution.error !== 'NothingMatched')
      throw broken(id, execution);
    break;
  }
  const listed = [...(await hub.list(`${keys.root(id)}/inventory/`)).keys()];
  const groups = await pMap(
    listed.filter((key) => /\/found-\d+\.json$/.test(key)),
    async (key) => (await hub.find(z.array(FoundShard), key)) ?? [],
    { concurrency: READS_AT_ONCE },
  );
  const all = groups.flat();
  return {
    shards: all.filter(({ region }) => region !== EVERY_REGION),
    closed: all.flatMap(({ account, region, skipped }) =>
      region === EVERY_REGION && skipped ? [{ account, reason: skipped }] : [],
    ),
  };
}
