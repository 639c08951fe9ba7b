/**
 * Freeze: merge the inventory into a plan: exactly which node is sent to in which wave. What stands here is
 * what runs. Nodes pass through shard by shard: of the whole fleet only numbers are in memory.
 */
import type * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { BATCH, keys } from '../../contract/names.ts';
import { limitOf } from '../../contract/primitives.ts';
import { errorBudgetOf, type Request } from '../../contract/request.ts';
import type { FreezeInput, FreezeOutput } from '../../contract/steps.ts';
import {
  type FoundShard,
  type Plan,
  SelectedAccounts,
  type SkippedNode,
  type Slice,
  StoredRequest,
} from '../../contract/stored.ts';
import { contentOf } from '../shared/action.ts';
import { writing } from '../shared/ahead.ts';
import { ChildFailed, firstFailure, Manifest } from '../shared/children.ts';
import type { HubDeps } from '../shared/hub.ts';
import { tellingRefusal } from '../shared/refusal.ts';
import type { OpenWriter } from '../shared/upload.ts';
import { type Inventory, inventories, looked, sendableOf } from './found.ts';
import { distinct, fingerprint } from './frozen.ts';
import { planned } from './planned.ts';
import { drawn } from './sample.ts';
import { cutter, waveSizes } from './waves.ts';

export type Deps = Pick<HubDeps, 'store' | 'now' | 'events' | 'meter'> & {
  /** Nodes that are skipped may be most of the fleet: they are written as they are read. */
  readonly writer: OpenWriter;
};

/** Slices that are on their way into the bucket at the same time. */
const WRITES_AT_ONCE = 8;

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
  const matching = await matched(deps, dispatch, request, planOf ?? dispatch);
  const work = planOf
    ? await planned(store, recording(deps, dispatch), planOf, request, matching)
    : await laidOut(deps, dispatch, request, matching);
  for (const [wave, { groups }] of work.waves.entries())
    await store.put(
      keys.wave(dispatch, wave),
      Array.from({ length: groups }, (_, group) => ({
        group,
        key: keys.slice(dispatch, wave, group),
      })),
    );
  const plan: Plan = { ...work, dispatch, frozenAt: new Date(deps.now()).toISOString() };
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

/** What the request comes to: what was found, or the sample of it. */
export interface Matching {
  readonly found: readonly FoundShard[];
  /** As found, with the counts of those nodes that the sample holds, if there is one. */
  readonly shards: readonly FoundShard[];
  /** Those nodes, shard by shard, in the order of their names; all that were found of a shard as `all`. */
  readonly nodes: () => AsyncIterable<Inventory & { readonly all: Inventory['nodes'] }>;
  /** Ids of a former dispatch that were looked for. */
  readonly expected: readonly string[];
}

async function matched(
  { store }: Deps,
  dispatch: string,
  request: Request,
  drawnBy: string,
): Promise<Matching> {
  const { shards: found, expected } = await looked(store, dispatch);
  const read = () => inventories(store, dispatch, found);
  const { sample } = request.targets;
  // Who runs a plan draws as the plan drew.
  const sampled = sample && (await drawn(found, read, sample, sample.seed ?? drawnBy));
  async function* nodes() {
    for await (const { shard, nodes: all } of read())
      yield {
        shard,
        all,
        nodes: sampled ? all.filter((node) => sampled.holds(shard, node)) : all,
      };
  }
  return { found, shards: sampled?.shards ?? found, nodes, expected };
}

/** All of a plan but whose it is. */
export type Work = Omit<Plan, 'dispatch' | 'frozenAt'>;

/** Where slices and skipped nodes of a dispatch are written to, as they come. */
export interface Recording {
  slice(slice: Slice): Promise<void>;
  skipped(node: SkippedNode): Promise<void>;
  end(): Promise<void>;
}

function recording({ store, writer }: Deps, dispatch: string): Recording {
  const lines = writer(keys.skipped(dispatch), 'application/jsonl');
  const slices = writing(WRITES_AT_ONCE);
  return {
    slice: (slice) => slices.add(store.put(keys.slice(dispatch, slice.wave, slice.group), slice)),
    skipped: (node) => lines.write(`${JSON.stringify(node)}\n`),
    async end() {
      await slices.end();
      await lines.end();
    },
  };
}

const sum = (shards: readonly FoundShard[], of: (shard: FoundShard) => number): number =>
  shards.reduce((total, shard) => total + of(shard), 0);

async function laidOut(
  deps: Deps,
  dispatch: string,
  request: Request,
  { found, shards, nodes, expected }: Matching,
): Promise<Work> {
  const all = sum(shards, (s) => s.matched);
  if (request.maxNodes !== undefined && all > request.maxNodes)
    throw new FleetwideError('TooManyNodes', `${all} nodes match, maxNodes is ${request.maxNodes}`);
  const accounts = await deps.store.get(SelectedAccounts, keys.accounts(dispatch));
  const sendable = sum(shards, sendableOf);
  const waves = waveSizes(request.waves, sendable);
  const seed = request.seed ?? dispatch;
  const sizes = shards.map((s) => ({ ...s, sendable: sendableOf(s) }));
  const cut = cutter(sizes, waves, seed);
  const missing = new Set(request.targets.instanceIds ?? expected);
  const print = fingerprint(request);
  const record = recording(deps, dispatch);
  const groups = waves.map(() => 0);
  let expectedCalls = 0;
  const keep = async (slices: readonly Slice[]) => {
    for (const slice of slices) {
      print.add(slice);
      groups[slice.wave] = slice.group + 1;
      expectedCalls += callsOf(slice);
      await record.slice(slice);
    }
  };
  for await (const { shard, nodes: own, all: matching } of nodes()) {
    const { account, region, documents = [] } = shard;
    for (const { id, instances = [id] } of matching)
      for (const instance of instances) missing.delete(instance);
    const sent = [];
    for (const { skipped: reason, ...node } of own)
      if (reason) await record.skipped({ account, region, node, reason });
      else sent.push(node);
    await keep(cut.add({ account, region, nodes: sent, documents }));
  }
  await keep(cut.end());
  await record.end();
  const content = contentOf(request.action);
  return {
    sha256: print.done(),
    documents: distinct(
      shards.filter((s) => sendableOf(s) > 0).map((s) => s.documents ?? []),
      request,
    ),
    accounts,
    ...(content && { artifact: content }),
    ...(request.targets.sample && { sampledFrom: sum(found, (s) => s.matched) }),
    matched: all,
    sendable,
    skipped: all - sendable,
    waves: waves.map((wave, n) => ({ ...wave, groups: groups[n] ?? 0 })),
    shards: shards.map((shard) => ({
      account: shard.account,
      region: shard.region,
      ...(shard.skipped && { skipped: shard.skipped }),
      matched: shard.matched,
      sendable: sendableOf(shard),
      nodesSkipped: shard.nodesSkipped ?? {},
    })),
    notFound: [...missing],
    errorsAllowed: limitOf(errorBudgetOf(request), sendable),
    ...(request.tolerate.length > 0 && { tolerated: request.tolerate }),
    seed,
    expectedCalls,
  };
}

/** Sends, reads and about two looks for each batch of 50; sessions not counted. */
const callsOf = ({ shards }: Slice): number =>
  shards.reduce((calls, { nodes }) => calls + 4 * Math.ceil(nodes.length / BATCH), 0);
