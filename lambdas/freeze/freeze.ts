/**
 * Freeze: merge the inventory into a plan: exactly which node is sent to in which wave. What stands here is
 * what runs.
 */
import pMap from 'p-map';
import type { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { BATCH, keys } from '../../contract/names.ts';
import { limitOf } from '../../contract/primitives.ts';
import { errorBudgetOf, type Request } from '../../contract/request.ts';
import type { FreezeInput, FreezeOutput } from '../../contract/steps.ts';
import {
  Group,
  GroupRefs,
  InventoryNode,
  InventoryShard,
  type Node,
  type Plan,
  SelectedAccounts,
  type SkippedNode,
  type Slice,
  StoredRequest,
} from '../../contract/stored.ts';
import { contentOf } from '../shared/action.ts';
import { ChildFailed, firstFailure, Manifest } from '../shared/children.ts';
import type { HubDeps } from '../shared/hub.ts';
import { distinct, fingerprint } from './frozen.ts';
import { planned } from './planned.ts';
import { cutIntoSlices, nameOf, type Placed, type Wave, waveSizes } from './waves.ts';

type Deps = Pick<HubDeps, 'store' | 'now'>;

const READS_AT_ONCE = 20;

/** Nothing is known yet. */
const AGAIN = {
  again: true,
  planKey: '',
  matched: 0,
  sendable: 0,
  waves: 0,
  errorsAllowed: 0,
};

export async function freeze(
  deps: Deps,
  { dispatch, manifest, life, mapped }: z.infer<typeof FreezeInput>,
): Promise<z.infer<typeof FreezeOutput>> {
  const { store } = deps;
  const { request, planOf } = await store.get(StoredRequest, keys.request(dispatch));
  const failure = await firstFailure(store, await store.get(Manifest, manifest.key));
  if (failure && life === mapped) throw new ChildFailed(failure);
  if (failure) return AGAIN;
  const { shards, expected } = await inventory(deps, dispatch);
  const accounts = await store.get(SelectedAccounts, keys.accounts(dispatch));
  const work = planOf
    ? await planned(store, planOf, request, shards)
    : laidOut(dispatch, request, { shards, expected, accounts });
  const { slices, skipped } = work;
  await pMap(slices, (slice) => store.put(keys.slice(dispatch, slice.wave, slice.group), slice), {
    concurrency: READS_AT_ONCE,
  });
  for (const wave of work.plan.waves.keys())
    await store.put(
      keys.wave(dispatch, wave),
      slices
        .filter((s) => s.wave === wave)
        .map((s) => ({ group: s.group, key: keys.slice(dispatch, wave, s.group) })),
    );
  await store.putLines(keys.skipped(dispatch), skipped);
  const plan: Plan = { ...work.plan, dispatch, frozenAt: new Date(deps.now()).toISOString() };
  await store.put(keys.plan(dispatch), plan);
  return {
    again: false,
    planKey: keys.plan(dispatch),
    matched: plan.matched,
    sendable: plan.sendable,
    waves: plan.waves.length,
    errorsAllowed: plan.errorsAllowed,
  };
}

/** What was found, which ids of a former dispatch were looked for, and what the selectors came to. */
interface Looked {
  readonly shards: readonly Found[];
  readonly expected: readonly string[];
  readonly accounts: Plan['accounts'];
}

/** What is to be sent where, and the plan that says so in numbers. */
export interface Work {
  readonly plan: Omit<Plan, 'dispatch' | 'frozenAt'>;
  readonly slices: readonly Slice[];
  readonly skipped: readonly SkippedNode[];
}

function laidOut(dispatch: string, request: Request, { shards, expected, accounts }: Looked): Work {
  const matched = shards.reduce((sum, s) => sum + s.nodes.length, 0);
  if (request.maxNodes !== undefined && matched > request.maxNodes)
    throw new FleetwideError(
      'TooManyNodes',
      `${matched} nodes match, maxNodes is ${request.maxNodes}`,
    );

  const placed: Placed[] = [];
  const skipped: SkippedNode[] = [];
  for (const { account, region, nodes } of shards)
    for (const { skipped: reason, ...node } of nodes)
      if (reason) skipped.push({ account, region, node, reason });
      else placed.push({ account, region, node });

  const waves = waveSizes(request.waves, placed.length);
  const seed = request.seed ?? dispatch;
  const documents = new Map(shards.map((s) => [nameOf(s), s.documents]));
  const slices = cutIntoSlices(placed, waves, seed).map((slice) => ({
    ...slice,
    shards: slice.shards.map((s) => ({ ...s, documents: documents.get(nameOf(s)) ?? [] })),
  }));
  const content = contentOf(request.action);
  const plan = {
    sha256: fingerprint(request, slices),
    documents: distinct(slices, request),
    accounts,
    ...(content && { artifact: content }),
    matched,
    sendable: placed.length,
    skipped: skipped.length,
    waves: waves.map((wave, n) => ({
      size: wave.size,
      nodes: wave.nodes,
      groups: slices.filter((s) => s.wave === n).length,
      ...(isAsked(request.approval, wave, n) && { approval: true as const }),
    })),
    shards: shards.map(({ account, region, skipped: why, nodes }) => ({
      account,
      region,
      ...(why && { skipped: why }),
      matched: nodes.length,
      sendable: nodes.filter((n) => !n.skipped).length,
      nodesSkipped: tally(nodes),
    })),
    notFound: notFound(request.targets.instanceIds ?? expected, shards),
    errorsAllowed: limitOf(errorBudgetOf(request), placed.length),
    ...(request.tolerate.length > 0 && { tolerated: request.tolerate }),
    seed,
    expectedCalls: expectedCalls(slices),
  };
  return { plan, slices, skipped };
}

export type Found = InventoryShard & { nodes: InventoryNode[] };

/** What was found, and which ids of a former dispatch were looked for. */
async function inventory(
  { store }: Deps,
  dispatch: string,
): Promise<{ shards: Found[]; expected: string[] }> {
  const refs = await store.get(GroupRefs, keys.groups(dispatch));
  const groups = await pMap(refs, (ref) => store.get(Group, ref.key), {
    concurrency: READS_AT_ONCE,
  });
  const wanted = groups.flatMap((g) => g.shards);
  const shards = await pMap(
    wanted,
    async ({ account, region }) => {
      const key = keys.inventory(dispatch, account, region);
      const [head, ...nodes] = await store.getLines(InventoryLine, key);
      if (!head || !('account' in head)) throw store.invalid(key, 'the first line is no shard');
      return {
        ...head,
        nodes: nodes.map((line) => {
          if ('id' in line) return line;
          throw store.invalid(key, 'more than one line is a shard');
        }),
      };
    },
    { concurrency: READS_AT_ONCE },
  );
  return { shards, expected: wanted.flatMap((shard) => shard.nodes ?? []) };
}

/** A wave that adds no node leaves its approval to the next one that does. */
function isAsked(approval: Request['approval'], { stated }: Wave, n: number): boolean {
  if (!approval) return false;
  const { before } = approval;
  if (before === 'first') return n === 0;
  return before === 'every' || stated.some((wave) => before.includes(wave));
}

/** The first line of an inventory is the shard, the rest are nodes. */
const InventoryLine = InventoryShard.or(InventoryNode);

const tally = (nodes: readonly InventoryNode[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { skipped } of nodes)
    if (skipped) counts[skipped.code] = (counts[skipped.code] ?? 0) + 1;
  return counts;
};

function notFound(ids: readonly string[], shards: readonly Found[]): string[] {
  const found = new Set(shards.flatMap((s) => s.nodes.flatMap((n: Node) => n.instances ?? [n.id])));
  return ids.filter((id) => !found.has(id));
}

/** Sends, reads and about two looks for each batch of 50; sessions not counted. */
const expectedCalls = (slices: readonly Slice[]): number =>
  slices
    .flatMap((s) => s.shards)
    .reduce((sum, shard) => sum + 4 * Math.ceil(shard.nodes.length / BATCH), 0);
