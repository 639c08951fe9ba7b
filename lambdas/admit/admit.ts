/**
 * Admit: parse and validate the request, refuse a dispatch id that was used before, stage the script, resolve
 * accounts × Regions and write the groups.
 */
import pMap from 'p-map';
import type { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import { DispatchId } from '../../contract/primitives.ts';
import { parseStart, type Request } from '../../contract/request.ts';
import type { AdmitInput, AdmitOutput } from '../../contract/steps.ts';
import { type Group, type GroupRef, type Shard, StoredRequest } from '../../contract/stored.ts';
import { artifactOf } from '../shared/action.ts';
import type { AdmissionDeps } from '../shared/hub.ts';
import { askedFor } from './planned.ts';
import { checkRules } from './rules.ts';

/** Shards of one child: it finishes well within a Lambda call, and 5,000 accounts need 500 children. */
const SHARDS_PER_GROUP = 40;

const PUTS_AT_ONCE = 20;
const REGIONS_AT_ONCE = 10;

type Deps = Pick<AdmissionDeps, 'now' | 'store' | 'hub' | 'exchange' | 'rules' | 'log'>;

export async function admit(
  deps: Deps,
  input: z.infer<typeof AdmitInput>,
): Promise<z.infer<typeof AdmitOutput>> {
  const { execution } = input;
  const id = DispatchId.safeParse(execution.name);
  if (!id.success) throw new FleetwideError('InvalidDispatchId', `"${execution.name}"`);
  const dispatch = id.data;
  const { request, planOf } = await askedFor(deps.store, parseStart(input.request));
  checkRules(deps.rules, request, deps.hub, deps.now());
  await claim(deps, {
    dispatch,
    executionArn: execution.arn,
    startedAt: execution.startedAt,
    request,
    ...(planOf && { planOf }),
  });
  await stage(deps, request);
  const groups = groupsOf(request);
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
    shards: groups.reduce((sum, g) => sum + g.shards.length, 0),
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
async function stage({ exchange, log }: Deps, { action, targets }: Request): Promise<void> {
  const artifact = artifactOf(action);
  if (!artifact) return;
  const { key, body, sha256 } = artifact;
  await pMap(
    targets.regions,
    async (region) => {
      const put = await exchange.put(region, key, body);
      log.info(put ? 'artifact staged' : 'artifact was there', { region, sha256 });
    },
    { concurrency: REGIONS_AT_ONCE },
  );
}

/** Accounts stay whole, so that one session serves all Regions of an account. */
function groupsOf({ targets }: Request): Group[] {
  const accountsPerGroup = Math.max(1, Math.floor(SHARDS_PER_GROUP / targets.regions.length));
  const groups: Group[] = [];
  for (let i = 0; i < targets.accounts.length; i += accountsPerGroup) {
    const shards: Shard[] = targets.accounts
      .slice(i, i + accountsPerGroup)
      .flatMap((account) => targets.regions.map((region) => ({ account, region })));
    groups.push({ group: groups.length, shards });
  }
  return groups;
}
