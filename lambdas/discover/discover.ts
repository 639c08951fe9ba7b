/**
 * Discover: list the nodes of each shard of a group that the request means, and say of each shard and node
 * that will not be sent to why.
 */
import type { z } from 'zod';
import { keys } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import type { DiscoverInput, DiscoverOutput } from '../../contract/steps.ts';
import {
  Group,
  type GroupShard,
  type InventoryNode,
  type InventoryShard,
  type Reason,
  StoredRequest,
} from '../../contract/stored.ts';
import { documentsOf, kindOf, sendingFor } from '../shared/action.ts';
import { perAccount } from '../shared/accounts.ts';
import type { NodeTags } from '../shared/environment.ts';
import type { DispatcherDeps } from '../shared/hub.ts';
import { LIST_INSTANCES, lookForRunbook } from './runbook.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { ManagedNode, RunCommand } from '../shared/runCommand.ts';
import { skipBarred } from './barred.ts';
import { documentsIn } from './documents.ts';

export interface Deps extends Pick<DispatcherDeps, 'store' | 'spokes' | 'log'> {
  readonly tags: NodeTags;
}

export async function discover(
  deps: Deps,
  input: z.infer<typeof DiscoverInput>,
): Promise<z.infer<typeof DiscoverOutput>> {
  const { dispatch } = input;
  const { request } = await deps.store.get(StoredRequest, keys.request(dispatch));
  const group = await deps.store.get(Group, input.key);
  const found = await perAccount(group.shards, async (account, shards) => {
    const errand = {
      dispatch,
      requester: request.requester,
      purpose: 'discover',
      documents: documentsOf(request).map((d) => d.name),
      kind: kindOf(request),
    } as const;
    const session = await deps.spokes
      .enter(account, errand)
      .catch((error: unknown) => reasonOf(error, 'sts:AssumeRole'));
    const counts: { nodes: number; skipped: boolean }[] = [];
    for (const shard of shards) {
      const seen =
        'code' in session ? session : await look(session(shard.region), request, shard, deps.tags);
      const documents =
        'code' in session || !Array.isArray(seen)
          ? []
          : await documentsIn(session(shard.region), shard.region, request, seen);
      counts.push(await record(deps, dispatch, { account, region: shard.region, documents }, seen));
    }
    return counts;
  });
  const shards = found.flat();
  return {
    group: group.group,
    matched: shards.reduce((sum, s) => sum + s.nodes, 0),
    skippedShards: shards.filter((s) => s.skipped).length,
  };
}

const LIST_NODES = 'ssm:DescribeInstanceInformation';

async function look(
  run: RunCommand,
  request: Request,
  shard: GroupShard,
  tags: NodeTags,
): Promise<InventoryNode[] | Reason> {
  try {
    const { action, targets } = request;
    if (action.type === 'automation')
      return await lookForRunbook(run, action, { ...targets, former: shard.nodes }, tags);
    const nodes = await match(run, targets, shard.nodes);
    const inventory = nodes.map((node) => inventoried(request, node));
    return await skipBarred(run, inventory, tags);
  } catch (error) {
    const call = request.action.type === 'automation' ? LIST_INSTANCES : LIST_NODES;
    return reasonOf(error, call);
  }
}

async function record(
  { store, log }: Deps,
  dispatch: string,
  shard: Pick<InventoryShard, 'account' | 'region' | 'documents'>,
  seen: InventoryNode[] | Reason,
): Promise<{ nodes: number; skipped: boolean }> {
  const { account, region } = shard;
  const skipped = Array.isArray(seen) ? undefined : seen;
  const nodes = Array.isArray(seen) ? seen : [];
  if (skipped)
    log.warn('shard skipped', { account, region, code: skipped.code, action: skipped.action });
  const head = { ...shard, ...(skipped && { skipped }) };
  await store.putLines(keys.inventory(dispatch, account, region), [head, ...nodes]);
  return { nodes: nodes.length, skipped: skipped !== undefined };
}

/** A page of the API holds 50, and so does a filter on ids. */
const IDS_AT_ONCE = 50;

async function match(
  run: RunCommand,
  targets: Request['targets'],
  ids = targets.instanceIds,
): Promise<ManagedNode[]> {
  if (ids) {
    const nodes: ManagedNode[] = [];
    for (let i = 0; i < ids.length; i += IDS_AT_ONCE) {
      const Values = ids.slice(i, i + IDS_AT_ONCE);
      nodes.push(...(await run.nodes({ Key: 'InstanceIds', Values })));
    }
    return nodes;
  }
  if (!targets.tags) return run.nodes();
  // The API takes a tag filter only by itself, so keys are listed one by one and nodes must be in each list.
  let matched: ManagedNode[] | undefined;
  for (const [key, Values] of Object.entries(targets.tags)) {
    const carrying = await run.nodes({ Key: `tag:${key}`, Values });
    const those = new Set(carrying.map((n) => n.InstanceId));
    matched = matched ? matched.filter((n) => those.has(n.InstanceId)) : carrying;
    if (matched.length === 0) break;
  }
  return matched ?? [];
}

function inventoried(request: Request, node: ManagedNode): InventoryNode {
  const platform = PLATFORMS[node.PlatformType ?? ''];
  const skipped = whyNot(request, node, platform);
  return {
    id: node.InstanceId,
    ...(node.ComputerName && { name: node.ComputerName }),
    ...(node.AgentVersion && { agent: node.AgentVersion }),
    ...(platform && { platform }),
    ...(skipped && { skipped }),
  };
}

const PLATFORMS: Readonly<Record<string, 'Linux' | 'Windows' | 'MacOS'>> = {
  Linux: 'Linux',
  Windows: 'Windows',
  MacOS: 'MacOS',
};

function whyNot(
  request: Request,
  node: ManagedNode,
  platform: InventoryNode['platform'],
): Reason | undefined {
  if (node.PingStatus !== 'Online')
    return {
      code: 'offline',
      message: `the agent is not online (PingStatus ${node.PingStatus ?? 'not given'})`,
    };
  const sending = sendingFor(request, platform);
  return 'code' in sending ? sending : undefined;
}
