/**
 * Admit: parse and validate the request, refuse a dispatch id that was used before, stage the script, resolve
 * accounts × Regions and write the groups.
 */
import pMap from 'p-map';
import type * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import { DispatchId } from '../../contract/primitives.ts';
import { parseStart, type Request } from '../../contract/request.ts';
import type { AdmitInput, AdmitOutput } from '../../contract/steps.ts';
import {
  EVERY_REGION,
  type GroupRef,
  type GroupShard,
  StoredRequest,
} from '../../contract/stored.ts';
import { ENABLED } from '../../contract/targets.ts';
import { artifactOf, objectOf, pinned } from '../shared/action.ts';
import type { AdmissionDeps } from '../shared/hub.ts';
import type { Source } from '../shared/sources.ts';
import { holdBack, type HoldingDeps } from './holdBack.ts';
import { resolveAccounts } from './accounts.ts';
import { dropDuplicate } from './dedupe.ts';
import { formerShards } from './former.ts';
import { groupsOf } from './groups.ts';
import { askedFor, sameAsPlanned } from './planned.ts';
import { checkRules } from './rules.ts';

const PUTS_AT_ONCE = 20;
const REGIONS_AT_ONCE = 10;

export type Deps = Pick<
  AdmissionDeps,
  'now' | 'hub' | 'exchange' | 'organization' | 'sources' | 'rules'
> &
  HoldingDeps;

export async function admit(
  deps: Deps,
  input: z.infer<typeof AdmitInput>,
): Promise<z.infer<typeof AdmitOutput>> {
  const { execution } = input;
  const id = DispatchId.safeParse(execution.name);
  if (!id.success) throw new FleetwideError('InvalidDispatchId', `"${execution.name}"`);
  const dispatch = id.data;
  const { request: asked, planOf } = await askedFor(deps.store, parseStart(input.request));
  checkRules(deps.rules, asked, deps.hub, deps.now());
  const source = await look(deps, asked, planOf);
  const stored = await claim(deps, {
    dispatch,
    executionArn: execution.arn,
    startedAt: execution.startedAt,
    request: source ? { ...asked, action: pinned(asked.action, source.sha256) } : asked,
    ...(planOf && { planOf }),
  });
  const held = (await holdBack(deps, stored)) ?? (await dropDuplicate(deps, stored));
  if (held) return held;
  const { request } = stored;
  const shards = await shardsOf(deps, dispatch, request);
  await stage(deps, request, stagedIn(deps, shards), source);
  const groups = groupsOf(shards);
  await pMap(groups, (g) => deps.store.put(keys.group(dispatch, g.group), g), {
    concurrency: PUTS_AT_ONCE,
  });
  const refs: GroupRef[] = groups.map(({ group }) => ({ group, key: keys.group(dispatch, group) }));
  await deps.store.put(keys.groups(dispatch), refs);
  const { requester, action, mode, schedule } = request;
  await deps.events.tell('DispatchStarted', {
    dispatch,
    requester,
    ...(schedule && { schedule: schedule.name }),
    action: action.type,
    mode,
    shards: shards.length,
  });
  return {
    dispatch,
    mode,
    next: 'go',
    waitSeconds: 0,
    groupsKey: keys.groups(dispatch),
    groups: groups.length,
    shards: shards.length,
  };
}

/** The first start under an id owns it; a retry of the same start finds its own claim, and goes on from it. */
async function claim(
  { store }: Pick<Deps, 'store'>,
  stored: StoredRequest,
): Promise<StoredRequest> {
  const key = keys.request(stored.dispatch);
  if (await store.putIfAbsent(key, stored)) return stored;
  const owner = await store.get(StoredRequest, key);
  if (owner.executionArn === stored.executionArn && owner.startedAt === stored.startedAt)
    return owner;
  throw new FleetwideError(
    'DispatchAlreadyRan',
    `dispatch ${stored.dispatch} was started at ${owner.startedAt}`,
  );
}

/** What the object of S3 is that the request takes along: from here on it is this and no other. */
async function look(
  { sources }: Deps,
  { action }: Request,
  planOf: string | undefined,
): Promise<Source | undefined> {
  const object = objectOf(action);
  if (!object) return undefined;
  const source = await sources.look(object.uri);
  if (object.sha256 !== undefined && planOf) sameAsPlanned(source, object.sha256, planOf);
  if (object.sha256 !== undefined) same(source, object.sha256);
  return source;
}

function same({ uri, sha256 }: Source, expected: string): void {
  if (sha256 !== expected)
    throw new FleetwideError(
      'SourceDiffers',
      `${uri} has SHA-256 ${sha256}, the request says ${expected}`,
    );
}

/** The artifact into the exchange bucket of each Region: once, and never again while it is there. */
async function stage(
  { exchange, sources, log }: Deps,
  { action }: Request,
  regions: readonly string[],
  source: Source | undefined,
): Promise<void> {
  const artifact = artifactOf(action);
  if (!artifact) return;
  const { key, from, sha256 } = artifact;
  // A retry may have found another object than the attempt that owns the dispatch.
  if (source) same(source, sha256);
  await pMap(
    regions,
    async (region) => {
      const put =
        'body' in from
          ? await exchange.put(region, key, from.body)
          : source && (await exchange.copy(region, key, source));
      if (source && !put && !(await sources.isStill(source)))
        throw new FleetwideError('SourceDiffers', `${source.uri} changed while it was copied`);
      log.info(put ? 'artifact staged' : 'artifact was there', { region, sha256 });
    },
    { concurrency: REGIONS_AT_ONCE },
  );
}

/** Accounts × Regions; of a former dispatch those that it ended in, as far as they are among these. */
async function shardsOf(deps: Deps, dispatch: string, { targets }: Request): Promise<GroupShard[]> {
  const { accounts, summary } = await resolveAccounts(deps, targets);
  await deps.store.put(keys.accounts(dispatch), summary);
  const { from } = targets;
  const regions = targets.regions.map((region) => (region === ENABLED ? EVERY_REGION : region));
  if (!from) return accounts.flatMap((account) => regions.map((region) => ({ account, region })));
  const named = regions.filter((each) => each !== EVERY_REGION);
  const [account, region] = [among(accounts), among(named)];
  return formerShards(deps.store, from, (a, r) => account(a) && region(r));
}

/** The Regions that are meant; where they are known to each account alone, all with an exchange bucket. */
const stagedIn = ({ rules }: Deps, shards: readonly GroupShard[]): readonly string[] =>
  shards.some(({ region }) => region === EVERY_REGION)
    ? rules.regions
    : [...new Set(shards.map(({ region }) => region))];

/** All are meant where none is named. */
const among = (all: readonly string[]) => (one: string) => all.length === 0 || all.includes(one);
