/**
 * Revoke: from here on nothing is sent; and the list of all that may have been sent before. A dispatch that
 * broke may be redriven: it is revoked for the life that broke. One that was stopped, or ran out of time, is
 * revoked for good. The list is written once per life, so that every recall of it works on the same.
 */
import pMap from 'p-map';
import * as z from 'zod';
import { keys, shardOfKey } from '../../contract/names.ts';
import { DispatchId } from '../../contract/primitives.ts';
import type { RevokeInput, RevokeOutput } from '../../contract/steps.ts';
import {
  Claim,
  type ClaimedShard,
  type GroupRef,
  GroupRefs,
  Plan,
  Recalling,
  Revocation,
  Slice,
  StoredRequest,
} from '../../contract/stored.ts';
import { textOf } from '../shared/children.ts';
import type { RecallDeps } from '../shared/hub.ts';

type Deps = Pick<RecallDeps, 'store' | 'now' | 'log' | 'executions'>;

/** Slices, each of up to some thousand nodes. */
const READS_AT_ONCE = 4;
const Claims = z.array(Claim);
/** What matters here of report.json: which life's recall wrote it, if one did. */
const Report = z.object({ recalled: z.int().optional() });

export async function revoke(
  deps: Deps,
  input: z.infer<typeof RevokeInput>,
): Promise<z.infer<typeof RevokeOutput>> {
  const id = DispatchId.safeParse(input.dispatch);
  if (!id.success) return NOTHING;
  const dispatch = id.data;
  const stored = await mayHaveSent(deps, dispatch);
  if (!stored) {
    await endBefore(deps, dispatch, input.status);
    return NOTHING;
  }
  const report = await deps.store.find(Report, keys.report(dispatch, 'json'));
  // It came to its own end; whatever ended after that, this is its report.
  if (report && report.recalled === undefined) return NOTHING;
  const execution = await deps.executions.describe(stored.executionArn);
  // It was redriven before the event came through.
  if (input.status === 'FAILED' && execution.status === 'RUNNING') return NOTHING;
  const life = execution.redriveCount;
  await revokeLives(deps, dispatch, input.status === 'FAILED' ? life : undefined);
  const claims =
    (await deps.store.find(Claims, keys.claims(dispatch, life))) ??
    (await freeze(deps, dispatch, life));
  const told = await toldShards(deps, dispatch, life);
  const missing = claims.filter((c) => c.shards.some((s) => !told.has(nameOf(c.wave, s))));
  if (report?.recalled === life && missing.length === 0) return NOTHING;
  const by = await atWork(deps, dispatch, life, input.execution);
  if (by) return { ...NOTHING, by };
  return {
    recall: true,
    by: '',
    life,
    why: whyOf(execution),
    claimsKey: keys.claims(dispatch, life),
    wavesDone: Math.max(0, ...[...told.values()].map((wave) => wave + 1), ...wavesOf(claims)),
    groups: missing.length,
  };
}

const NOTHING = { recall: false, by: '', life: 0, why: '', claimsKey: '', wavesDone: 0, groups: 0 };

const wavesOf = (claims: readonly Claim[]) => claims.map((c) => c.wave + 1);

/** So much of a cause is told; the execution has the whole. */
const MOST_CAUSE = 1_000;

const whyOf = ({ status, error, cause }: { status: string; error: string; cause: string }) =>
  [status, ...(error ? [error] : []), ...(cause ? [textOf(cause).slice(0, MOST_CAUSE)] : [])].join(
    ': ',
  );

/**
 * A dispatch that was stopped before it had a plan sends nothing if it is redriven. By its status it is known to have
 * been one; a name that a person gives may be of none.
 */
async function endBefore(deps: Deps, dispatch: string, status = ''): Promise<void> {
  if (ENDED_FOR_GOOD.has(status)) await revokeLives(deps, dispatch);
}
const ENDED_FOR_GOOD: ReadonlySet<string> = new Set(['ABORTED', 'TIMED_OUT']);

/** Another recall of this life, if one is at work: two would do everything twice, and tell of it twice. */
async function atWork(
  { store, executions }: Deps,
  dispatch: string,
  life: number,
  executionArn: string | undefined,
): Promise<string | undefined> {
  if (executionArn === undefined) return undefined;
  const key = keys.recalling(dispatch, life);
  if (await store.putIfAbsent(key, { executionArn } satisfies Recalling)) return undefined;
  const other = (await store.get(Recalling, key)).executionArn;
  if (other === executionArn) return undefined;
  if ((await executions.describe(other)).status === 'RUNNING') return other;
  await store.put(key, { executionArn } satisfies Recalling);
  return undefined;
}

/** Without a plan there is no wave. A dispatch that was only to plan sends nothing either. */
async function mayHaveSent({ store }: Deps, dispatch: string): Promise<StoredRequest | undefined> {
  if (!(await store.find(Plan, keys.plan(dispatch)))) return undefined;
  const stored = await store.get(StoredRequest, keys.request(dispatch));
  return stored.request.mode === 'run' ? stored : undefined;
}

/**
 * @param life undefined: all, for ever. That is marked first, and looked for after each write of another, so
 * that of two recalls at once the end wins.
 */
async function revokeLives({ store, now }: Deps, dispatch: string, life?: number): Promise<void> {
  const at = new Date(now()).toISOString();
  if (life === undefined) await store.putIfAbsent(keys.ended(dispatch), { at });
  const key = keys.revoked(dispatch);
  const before = await store.find(Revocation, key);
  if (before && (before.life ?? Infinity) >= (life ?? Infinity)) return;
  await store.put(key, { at, ...(life !== undefined && { life }) } satisfies Revocation);
  if (life !== undefined && (await store.find(Revocation, keys.ended(dispatch))))
    await store.put(key, { at } satisfies Revocation);
}

/** After the revocation, the look at the intents: Send does it the other way round. */
async function freeze(deps: Deps, dispatch: string, life: number): Promise<Claim[]> {
  const { store, log } = deps;
  const told = await toldShards(deps, dispatch, life);
  const claimed = new Map<string, ClaimedShard>();
  const waves = new Set<number>();
  for (const key of await store.list(keys.intents(dispatch))) {
    const intent = shardOfKey(key);
    if (!intent) continue;
    const { wave, account, region, batch } = intent;
    const name = nameOf(wave, intent);
    if (told.has(name)) continue;
    const shard = claimed.get(name) ?? { account, region, batches: [] };
    claimed.set(name, shard);
    shard.batches.push(batch);
    waves.add(wave);
  }
  const claims: Claim[] = [];
  for (const wave of [...waves].toSorted((a, b) => a - b)) {
    const refs = await store.get(GroupRefs, keys.wave(dispatch, wave));
    // Of a slice only which shards it has is kept: its nodes would be the fleet.
    const claimOf = async ({ group, key }: GroupRef): Promise<Claim> => {
      const slice = await store.get(Slice, key);
      const shards = slice.shards.flatMap((s) => claimed.get(nameOf(wave, s)) ?? []);
      return { wave, group, key, shards };
    };
    const all = await pMap(refs, claimOf, { concurrency: READS_AT_ONCE });
    claims.push(...all.filter(({ shards }) => shards.length > 0));
  }
  log.info('revoked', { claims: claims.length });
  if (await store.putIfAbsent(keys.claims(dispatch, life), claims)) return claims;
  return store.get(Claims, keys.claims(dispatch, life));
}

/** Shards whose results are written, by their child or by a recall of this life: all that ran there has ended. */
async function toldShards({ store }: Pick<Deps, 'store'>, dispatch: string, life: number) {
  const told = new Map<string, number>();
  for (const prefix of [keys.results(dispatch), keys.recallResults(dispatch, life)])
    for (const key of await store.list(prefix)) {
      const result = shardOfKey(key);
      if (result) told.set(nameOf(result.wave, result), result.wave);
    }
  return told;
}

const nameOf = (wave: number, s: { account: string; region: string }): string =>
  `${wave}/${s.account}/${s.region}`;
