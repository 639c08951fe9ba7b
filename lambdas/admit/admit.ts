/**
 * Admit: parse and validate the request, refuse a dispatch id that was used before, stage the script, resolve
 * accounts × Regions and write the groups.
 */
import pMap from 'p-map';
import type { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import { DispatchId } from '../../contract/primitives.ts';
import { parseRequest, type Request } from '../../contract/request.ts';
import type { AdmitInput, AdmitOutput } from '../../contract/steps.ts';
import { type GroupRef, type GroupShard, StoredRequest } from '../../contract/stored.ts';
import { artifactOf } from '../shared/action.ts';
import type { AdmissionDeps } from '../shared/hub.ts';
import { resolveAccounts } from './accounts.ts';
import { formerShards } from './former.ts';
import { groupsOf } from './groups.ts';
import { checkRules } from './rules.ts';

const PUTS_AT_ONCE = 20;
const REGIONS_AT_ONCE = 10;

type Deps = Pick<AdmissionDeps, 'store' | 'hub' | 'exchange' | 'organization' | 'rules' | 'log'>;

export async function admit(
  deps: Deps,
  input: z.infer<typeof AdmitInput>,
): Promise<z.infer<typeof AdmitOutput>> {
  const { execution } = input;
  const id = DispatchId.safeParse(execution.name);
  if (!id.success) throw new FleetwideError('InvalidDispatchId', `"${execution.name}"`);
  const dispatch = id.data;
  const request = parseRequest(input.request);
  checkRules(deps.rules, request, deps.hub);
  await claim(deps, {
    dispatch,
    executionArn: execution.arn,
    startedAt: execution.startedAt,
    request,
  });
  const shards = await shardsOf(deps, dispatch, request);
  await stage(deps, request, [...new Set(shards.map(({ region }) => region))]);
  const groups = groupsOf(shards);
  await pMap(groups, (g) => deps.store.put(keys.group(dispatch, g.group), g), {
    concurrency: PUTS_AT_ONCE,
  });
  const refs: GroupRef[] = groups.map(({ group }) => ({ group, key: keys.group(dispatch, group) }));
  await deps.store.put(keys.groups(dispatch), refs);
  return {
    dispatch,
    mode: request.mode,
    groupsKey: keys.groups(dispatch),
    groups: groups.length,
    shards: shards.length,
  };
}

/** The first start under an id owns it; a retry of the same start finds its own claim. */
async function claim({ store }: Pick<Deps, 'store'>, stored: StoredRequest): Promise<void> {
  const key = keys.request(stored.dispatch);
  if (await store.putIfAbsent(key, stored)) return;
  const owner = await store.get(StoredRequest, key);
  const same = owner.executionArn === stored.executionArn && owner.startedAt === stored.startedAt;
  if (!same)
    throw new FleetwideError(
      'DispatchAlreadyRan',
      `dispatch ${stored.dispatch} was started at ${owner.startedAt}`,
    );
}

/** The script into the exchange bucket of each Region: once, and never again while it is there. */
async function stage(
  { exchange, log }: Deps,
  { action }: Request,
  regions: readonly string[],
): Promise<void> {
  const artifact = artifactOf(action);
  if (!artifact) return;
  const { key, body, sha256 } = artifact;
  await pMap(
    regions,
    async (region) => {
      const put = await exchange.put(region, key, body);
      log.info(put ? 'artifact staged' : 'artifact was there', { region, sha256 });
    },
    { concurrency: REGIONS_AT_ONCE },
  );
}

/** Accounts × Regions; of a former dispatch those that it ended in, as far as they are among these. */
async function shardsOf(deps: Deps, dispatch: string, { targets }: Request): Promise<GroupShard[]> {
  const { accounts, summary } = await resolveAccounts(deps, targets);
  await deps.store.put(keys.accounts(dispatch), summary);
  const { from, regions } = targets;
  if (!from) return accounts.flatMap((account) => regions.map((region) => ({ account, region })));
  const [account, region] = [among(accounts), among(regions)];
  return formerShards(deps.store, from, (a, r) => account(a) && region(r));
}

/** All are meant where none is named. */
const among = (all: readonly string[]) => (one: string) => all.length === 0 || all.includes(one);
