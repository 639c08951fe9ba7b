/**
 * Freeze: merge the inventory into a plan: exactly which node is sent to in which wave. What stands here is
 * what runs.
 */
import pMap from 'p-map';
import * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { BATCH, keys } from '../../contract/names.ts';
import { limitOf } from '../../contract/primitives.ts';
import { errorBudgetOf, type Request } from '../../contract/request.ts';
import type { FreezeInput, FreezeOutput } from '../../contract/steps.ts';
import {
  FoundShard,
  Group,
  GroupRefs,
  InventoryNode,
  type Node,
  type Plan,
  SelectedAccounts,
  type SkippedNode,
  type Slice,
  StoredRequest,
} from '../../contract/stored.ts';
import { contentOf, sourceOf } from '../shared/action.ts';
import { ChildFailed, firstFailure, Manifest } from '../shared/children.ts';
import type { HubDeps } from '../shared/hub.ts';
import { tellingRefusal } from '../shared/refusal.ts';
import { distinct, fingerprint } from './frozen.ts';
import { planned } from './planned.ts';
import { sampled } from './sample.ts';
import { afterSource, cutIntoSlices, nameOf, type Placed, type Wave, waveSizes } from './waves.ts';

type Deps = Pick<HubDeps, 'store' | 'now' | 'events' | 'meter'>;

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
  input: z.infer<typeof FreezeInput>,
): Promise<z.infer<typeof FreezeOutput>> {
  const stored = await deps.store.get(StoredRequest, keys.request(input.dispatch));
  const { dispatch, startedAt } = stored;
  const { requester, schedule } = stored.request;
  const whose = { dispatch, startedAt, requester, ...(schedule && { schedule: schedule.name }) };
  return tellingRefusal(
    deps,
    async () => whose,
    () => frozen(deps, stored, input),
  );
}

async function frozen(
  deps: Deps,
  { request, planOf }: StoredRequest,
  { dispatch, manifest, life, mapped }: z.infer<typeof FreezeInput>,
): Promise<z.infer<typeof FreezeOutput>> {
  const { store } = deps;
  const failure = await firstFailure(store, await store.get(Manifest, manifest.key));
  if (failure && life === mapped) throw new ChildFailed(failure);
  if (failure) return AGAIN;
  const { shards: found, expected } = await inventory(deps, dispatch);
  const { sample } = request.targets;
  // Who runs a plan draws as the plan drew.
  const shards = sample ? sampled(found, sample, sample.seed ?? planOf ?? dispatch) : found;
  const accounts = await store.get(SelectedAccounts, keys.accounts(dispatch));
  const work = planOf
    ? await planned(store, planOf, request, shards)
    : laidOut(dispatch, request, { found, shards, expected, accounts });
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
  readonly found: readonly Found[];
  /** With those nodes that the sample holds, if there is one. */
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

function laidOut(
  dispatch: string,
  request: Request,
  { found, shards, expected, accounts }: Looked,
): Work {
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

  const source = sourceOf(request.action)?.id;
  const waves = placed.some(({ node }) => node.id === source)
    ? afterSource(waveSizes(request.waves, placed.length - 1))
    : waveSizes(request.waves, placed.length);
  const seed = request.seed ?? dispatch;
  const documents = new Map(shards.map((s) => [nameOf(s), s.documents]));
  const slices = cutIntoSlices(placed, waves, seed, source).map((slice) => ({
    ...slice,
    shards: slice.shards.map((s) => ({ ...s, documents: documents.get(nameOf(s)) ?? [] })),
  }));
  const content = contentOf(request.action);
  const plan = {
    sha256: fingerprint(request, slices),
    documents: distinct(slices, request),
    accounts,
    ...(content && { artifact: content }),
    ...(request.targets.sample && {
      sampledFrom: found.reduce((sum, s) => sum + s.nodes.length, 0),
    }),
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
    notFound: notFound(
      [...(request.targets.instanceIds ?? expected), ...(source ? [source] : [])],
      found,
    ),
    errorsAllowed: limitOf(errorBudgetOf(request), placed.length),
    ...(request.tolerate.length > 0 && { tolerated: request.tolerate }),
    seed,
    expectedCalls: expectedCalls(slices),
  };
  return { plan, slices, skipped };
}

export type Found = Omit<FoundShard, 'matched'> & { nodes: InventoryNode[] };

/** What was found, and which ids of a former dispatch were looked for. */
async function inventory(
  { store }: Deps,
  dispatch: string,
): Promise<{ shards: Found[]; expected: string[] }> {
  const refs = await store.get(GroupRefs, keys.groups(dispatch));
  const expected: string[] = [];
  const groups = await pMap(
    refs,
    async ({ group, key }) => {
      for (const shard of (await store.get(Group, key)).shards)
        expected.push(...(shard.nodes ?? []));
      return store.get(FoundShards, keys.found(dispatch, group));
    },
    { concurrency: READS_AT_ONCE },
  );
  const shards = await pMap(
    groups.flat(),
    async ({ matched, ...shard }) => {
      const key = keys.inventory(dispatch, shard.account, shard.region);
      const nodes = matched > 0 ? await store.getLines(InventoryNode, key) : [];
      if (nodes.length !== matched)
        throw store.invalid(key, `${nodes.length} nodes, of ${matched} that were found`);
      return { ...shard, nodes };
    },
    { concurrency: READS_AT_ONCE },
  );
  return { shards, expected };
}

const FoundShards = z.array(FoundShard);

/** A wave that adds no node leaves its approval to the next one that does. */
function isAsked(approval: Request['approval'], { stated }: Wave, n: number): boolean {
  if (!approval) return false;
  const { before } = approval;
  if (before === 'first') return n === 0;
  return before === 'every' || stated.some((wave) => before.includes(wave));
}

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
