/**
 * Discover: list the nodes of each shard of a group that the request means, and say of each shard and node
 * that will not be sent to why.
 */
import type * as z from 'zod';
import { keys } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import type { DiscoverInput, DiscoverOutput } from '../../contract/steps.ts';
import {
  EVERY_REGION,
  type FoundShard,
  type FrozenDocument,
  Group,
  type GroupShard,
  type InventoryNode,
  type Reason,
  StoredRequest,
} from '../../contract/stored.ts';
import { documentsOf, isSource, kindOf, sourceOf, usesExchange } from '../shared/action.ts';
import { perAccount } from '../shared/accounts.ts';
import type { ExplorerDeps, Place } from '../shared/explorer.ts';
import { requestIn, variantsIn } from '../shared/overrides.ts';
import { reasonOf } from '../shared/reasons.ts';
import { tally } from '../shared/tally.ts';
import { skipBarred } from './barred.ts';
import { documentsIn } from './documents.ts';
import { fits, inventoried } from './inventoried.ts';
import { byId, type Candidate, match } from './match.ts';
import { type AccountRegions, accountRegions } from './regions.ts';
import { LIST_INSTANCES, lookForRunbook } from './runbook.ts';

export type Deps = Pick<ExplorerDeps, 'store' | 'spokes' | 'log' | 'tags' | 'home' | 'regions'>;

export async function discover(
  deps: Deps,
  input: z.infer<typeof DiscoverInput>,
): Promise<z.infer<typeof DiscoverOutput>> {
  const { dispatch } = input;
  const { request } = await deps.store.get(StoredRequest, keys.request(dispatch));
  const { group, shards } = await deps.store.get(Group, input.key);
  const perShard = await perAccount(shards, (account, own) =>
    inAccount(deps, dispatch, request, account, own),
  );
  const found = perShard.flat();
  await deps.store.put(keys.found(dispatch, group), found);
  return {
    group,
    matched: found.reduce((sum, shard) => sum + shard.matched, 0),
    skippedShards: found.filter((shard) => shard.skipped).length,
  };
}

async function inAccount(
  deps: Deps,
  dispatch: string,
  request: Request,
  account: string,
  shards: readonly GroupShard[],
): Promise<FoundShard[]> {
  const named = variantsIn(request, account).flatMap(documentsOf);
  const errand = {
    dispatch,
    requester: request.requester,
    purpose: 'discover',
    documents: [...new Set(named.map((document) => document.name))],
    kind: kindOf(request),
    group: request.targets.resourceGroup !== undefined,
  } as const;
  const session = await deps.spokes
    .enter(account, errand)
    .catch((error: unknown) => reasonOf(error, 'sts:AssumeRole'));
  if ('code' in session) return shards.map((shard) => told(deps, shard, session));
  const regions = accountRegions(session(deps.home));
  const found: FoundShard[] = [];
  for (const shard of await expand(shards, regions)) {
    if ('skipped' in shard) {
      found.push(told(deps, shard, shard.skipped));
      continue;
    }
    const place = session(shard.region);
    const seen = await look(deps, place, request, shard, regions);
    if ('code' in seen) {
      found.push(told(deps, shard, seen));
      continue;
    }
    const here = requestIn(request, shard);
    const documents = await documentsIn(place.run, shard.region, here, seen);
    found.push(await record(deps, dispatch, { ...shard, documents }, seen));
  }
  return found;
}

/** Every enabled Region in the stead of `*`. */
async function expand(
  shards: readonly GroupShard[],
  regions: AccountRegions,
): Promise<(GroupShard | (GroupShard & { readonly skipped: Reason }))[]> {
  const expanded = shards.map(async (shard) => {
    if (shard.region !== EVERY_REGION) return [shard];
    const enabled = await regions.enabled();
    if ('code' in enabled) return [{ ...shard, skipped: enabled }];
    return enabled.map((region) => ({ ...shard, region }));
  });
  return (await Promise.all(expanded)).flat();
}

const LIST_NODES = 'ssm:DescribeInstanceInformation';

async function look(
  deps: Deps,
  place: Place,
  request: Request,
  shard: GroupShard,
  regions: AccountRegions,
): Promise<InventoryNode[] | Reason> {
  const here = requestIn(request, shard);
  try {
    const { action, targets } = here;
    if (action.type === 'automation')
      return await lookForRunbook(
        place.instances,
        action,
        { ...targets, former: shard.nodes ?? (await membersOf(place, targets)) },
        deps.tags,
      );
    const candidates = await withSource(place, action, await match(place, targets, shard.nodes));
    const inventory = candidates
      .filter((candidate) => isSource(action, candidate) || fits(targets, candidate))
      .map((candidate) => inventoried(here, candidate));
    return await skipBarred(place.run, reachingExchange(deps, here, shard, inventory), deps.tags);
  } catch (error) {
    const call = here.action.type === 'automation' ? LIST_INSTANCES : LIST_NODES;
    return regions.explain(error, call, shard.region);
  }
}

const membersOf = ({ members }: Place, { resourceGroup }: Request['targets']) =>
  resourceGroup === undefined ? undefined : members(resourceGroup);

/** The node that has what the others get belongs to it, whatever the targets pick. */
async function withSource(
  place: Place,
  action: Request['action'],
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const source = sourceOf(action);
  if (!source || candidates.some((candidate) => isSource(action, candidate))) return candidates;
  return [...candidates, ...(await byId(place, [source.id]))];
}

/** A Region that nobody named may have nodes, and no bucket for what they are to fetch or write. */
function reachingExchange(
  deps: Deps,
  { action, output }: Request,
  { region }: GroupShard,
  nodes: InventoryNode[],
): InventoryNode[] {
  const wanted = usesExchange(action) || output.to === 's3';
  if (!wanted || deps.regions.includes(region)) return nodes;
  const skipped = {
    code: 'noExchangeBucket',
    message: `${region} has no exchange bucket: it is none of the Regions of fleetwide.config.json`,
  };
  return nodes.map((node) => (node.skipped ? node : { ...node, skipped }));
}

function told({ log }: Deps, { account, region }: GroupShard, skipped: Reason): FoundShard {
  log.warn('shard skipped', { account, region, code: skipped.code, action: skipped.action });
  return { account, region, matched: 0, skipped };
}

/** An account may have many Regions without a node: only where there are nodes an object is written. */
async function record(
  { store }: Deps,
  dispatch: string,
  { account, region, documents }: GroupShard & { readonly documents: FrozenDocument[] },
  nodes: readonly InventoryNode[],
): Promise<FoundShard> {
  if (nodes.length > 0) await store.putLines(keys.inventory(dispatch, account, region), nodes);
  const nodesSkipped = tally(nodes);
  return {
    account,
    region,
    matched: nodes.length,
    ...(Object.keys(nodesSkipped).length > 0 && { nodesSkipped }),
    ...(documents.length > 0 && { documents }),
  };
}
