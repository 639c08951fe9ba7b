/**
 * Freeze: merge the inventory into a plan: exactly which node is sent to in which wave. What stands here is
 * what runs. Nodes pass through shard by shard: of the whole fleet only numbers are in memory.
 */
import type * as z from 'zod';
import { keys } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import type { FreezeInput, FreezeOutput } from '../../contract/steps.ts';
import {
  type FoundShard,
  type Plan,
  SelectedAccounts,
  type SkippedNode,
  type Slice,
  StoredRequest,
} from '../../contract/stored.ts';
import { writing } from '../shared/ahead.ts';
import { ChildFailed, firstFailure, Manifest } from '../shared/children.ts';
import type { HubDeps } from '../shared/hub.ts';
import { tellingRefusal } from '../shared/refusal.ts';
import type { OpenWriter } from '../shared/upload.ts';
import { type Inventory, inventories, looked } from './found.ts';
import { laidOut } from './laidOut.ts';
import { planned } from './planned.ts';
import { drawn } from './sample.ts';

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
  const record = recording(deps, dispatch);
  const work = planOf
    ? await planned(store, record, planOf, request, matching)
    : await laidOut(record, request, matching, {
        accounts: await store.get(SelectedAccounts, keys.accounts(dispatch)),
        seed: request.seed ?? dispatch,
      });
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
