/**
 * Revoke: from here on nothing is sent; and the list of all that may have been sent before. Both are written
 * once, so that every recall of a dispatch works on the same.
 */
import pMap from 'p-map';
import { z } from 'zod';
import { keys, shardOfKey } from '../../contract/names.ts';
import { DispatchId } from '../../contract/primitives.ts';
import type { RevokeInput, RevokeOutput } from '../../contract/steps.ts';
import {
  Claim,
  type ClaimedShard,
  GroupRefs,
  Plan,
  type Revocation,
  Slice,
  StoredRequest,
} from '../../contract/stored.ts';
import type { HubDeps } from '../shared/hub.ts';

type Deps = Pick<HubDeps, 'store' | 'now' | 'log'>;

const READS_AT_ONCE = 20;
const Claims = z.array(Claim);

export async function revoke(
  deps: Deps,
  input: z.infer<typeof RevokeInput>,
): Promise<z.infer<typeof RevokeOutput>> {
  const id = DispatchId.safeParse(input.dispatch);
  if (!id.success || !(await mayHaveSent(deps, id.data))) return NOTHING;
  const dispatch = id.data;
  const before = await deps.store.find(Claims, keys.claims(dispatch));
  const reported = (await deps.store.list(keys.report(dispatch, 'json'))).length > 0;
  // It came to its own end; whatever ended after that, this is its report.
  if (reported && !before) return NOTHING;
  const claims = before ?? (await freeze(deps, dispatch));
  const told = await toldShards(deps, dispatch);
  const missing = claims.filter((c) => c.shards.some((s) => !told.has(nameOf(c.wave, s))));
  if (reported && missing.length === 0) return NOTHING;
  return {
    recall: true,
    claimsKey: keys.claims(dispatch),
    wavesDone: Math.max(0, ...[...told.values()].map((wave) => wave + 1), ...wavesOf(claims)),
    groups: missing.length,
  };
}

const NOTHING = { recall: false, claimsKey: '', wavesDone: 0, groups: 0 };

const wavesOf = (claims: readonly Claim[]) => claims.map((c) => c.wave + 1);

/** Without a plan there is no wave. A dispatch that was only to plan sends nothing either. */
async function mayHaveSent({ store }: Deps, dispatch: string): Promise<boolean> {
  if (!(await store.find(Plan, keys.plan(dispatch)))) return false;
  const { request } = await store.get(StoredRequest, keys.request(dispatch));
  return request.mode === 'run';
}

/** The revocation first, then the look at the intents: Send does it the other way round. */
async function freeze({ store, now, log }: Deps, dispatch: string): Promise<Claim[]> {
  const revocation: Revocation = { at: new Date(now()).toISOString() };
  await store.putIfAbsent(keys.revoked(dispatch), revocation);
  const told = await toldShards({ store }, dispatch);
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
    const slices = await pMap(refs, (ref) => store.get(Slice, ref.key), {
      concurrency: READS_AT_ONCE,
    });
    for (const [i, { group, key }] of refs.entries()) {
      const shards = slices[i]?.shards.flatMap((s) => claimed.get(nameOf(wave, s)) ?? []) ?? [];
      if (shards.length > 0) claims.push({ wave, group, key, shards });
    }
  }
  log.info('revoked', { claims: claims.length });
  if (await store.putIfAbsent(keys.claims(dispatch), claims)) return claims;
  return store.get(Claims, keys.claims(dispatch));
}

/** Shards whose results are written: all that ran there had ended by then. */
async function toldShards({ store }: Pick<Deps, 'store'>, dispatch: string) {
  const told = new Map<string, number>();
  for (const key of await store.list(keys.results(dispatch))) {
    const result = shardOfKey(key);
    if (result) told.set(nameOf(result.wave, result), result.wave);
  }
  return told;
}

const nameOf = (wave: number, s: { account: string; region: string }): string =>
  `${wave}/${s.account}/${s.region}`;
