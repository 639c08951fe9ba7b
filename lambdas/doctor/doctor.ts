/** Doctor: whether a dispatch would get through to each account and Region. It looks, and sends nothing. */
import type * as z from 'zod';
import {
  type DoctorInput,
  type DoctorOutput,
  MOST_NAMED,
  type ShardFacts,
  type Some,
} from '../../contract/doctor.ts';
import { documentIn } from '../../contract/documents.ts';
import type { Reason } from '../../contract/stored.ts';
import { perAccount } from '../shared/accounts.ts';
import type { ExplorerDeps, Place } from '../shared/explorer.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { ManagedNode } from '../shared/runCommand.ts';
import { isOlder } from '../shared/versions.ts';
import { judge, type Visitor } from './trust.ts';

export interface Deps extends Pick<ExplorerDeps, 'spokes' | 'home' | 'regions'> {
  /** Those of the configuration. */
  readonly documents: readonly string[];
  readonly visitor: Visitor;
}

type Shard = DoctorInput['shards'][number];
/** What is looked for in every shard. */
type Wanted = Pick<DoctorInput, 'agentAtLeast'> & { readonly documents: readonly string[] };

/** Every fault of one account or shard is told as a fact of it, and the others go on. */
export async function doctor(
  deps: Deps,
  { examination, requester, shards, trusts, documents, agentAtLeast }: DoctorInput,
): Promise<z.input<typeof DoctorOutput>> {
  const wanted = { documents: documents ?? deps.documents, agentAtLeast };
  const looked = await perAccount(shards, async (account, own) => {
    try {
      const errand = {
        dispatch: examination,
        requester,
        purpose: 'discover',
        // All that the dispatch role may read: a list of names could be longer than a session policy takes.
        documents: [`arn:${deps.visitor.partition}:ssm:*:*:document/*`],
      } as const;
      const session = await deps.spokes.enter(account, errand);
      return { account, shards: await lookInto(deps, session, own, wanted) };
    } catch (error) {
      return { account, closed: short(reasonOf(error, 'sts:AssumeRole')) };
    }
  });
  return {
    closed: looked.flatMap(({ account, closed }) => (closed ? [{ account, reason: closed }] : [])),
    shards: looked.flatMap((each) => each.shards ?? []),
    trusts: trusts.map(({ account, policy }) => ({
      account,
      cause: judge(policy, deps.visitor),
    })),
  };
}

async function lookInto(
  deps: Deps,
  session: (region: string) => Place,
  shards: readonly Shard[],
  wanted: Wanted,
): Promise<ShardFacts[]> {
  const known = await attempt('ec2:DescribeRegions', () => session(deps.home).servers.regions());
  const facts: ShardFacts[] = [];
  for (const shard of shards) {
    const enabled = 'value' in known ? known.value.includes(shard.region) : undefined;
    const before: ShardFacts = {
      ...NOTHING,
      ...shard,
      exchange: deps.regions.includes(shard.region),
      ...(enabled !== undefined && { enabled }),
      troubles: 'reason' in known ? [known.reason] : [],
    };
    // Nothing there answers before the account has enabled it.
    facts.push(
      enabled === false ? before : await shardFacts(session(shard.region), before, wanted),
    );
  }
  return facts;
}

const NONE: Some = { count: 0, named: [] };
const NOTHING = { visible: 0, hidden: [], online: 0, offline: NONE, old: NONE, unmanaged: NONE };

async function shardFacts(
  { run, servers }: Place,
  before: ShardFacts,
  { documents, agentAtLeast }: Wanted,
): Promise<ShardFacts> {
  const nodes = await attempt('ssm:DescribeInstanceInformation', () => run.nodes());
  const instances = await attempt('ec2:DescribeInstances', () => servers.instances());
  const hidden: { readonly document: string; readonly reason: Reason }[] = [];
  for (const document of documents) {
    const name = documentIn(document, before.region);
    const seen = await attempt('ssm:DescribeDocument', () => run.document(name, '$DEFAULT'));
    if ('reason' in seen) hidden.push({ document, reason: seen.reason });
  }
  const managed = 'value' in nodes ? nodes.value : [];
  const online = managed.filter(({ PingStatus }) => PingStatus === 'Online');
  const offline = managed.filter(({ PingStatus }) => PingStatus !== 'Online');
  const old = online.filter((node) => isOlder(node.AgentVersion ?? '', agentAtLeast));
  const ids = new Set(managed.map(({ InstanceId }) => InstanceId));
  const candidate = candidateOf(online);
  return {
    ...before,
    troubles: [
      ...before.troubles,
      ...[nodes, instances].flatMap((each) => ('reason' in each ? [each.reason] : [])),
    ],
    visible: documents.length - hidden.length,
    hidden: [
      ...Map.groupBy(hidden, ({ reason }) => `${reason.code} ${reason.action}`).values(),
    ].map((alike) => ({
      documents: some(alike.map(({ document }) => document)),
      reason: alike[0]?.reason ?? { code: '', message: '' },
    })),
    online: online.length,
    offline: some(offline.map(({ InstanceId }) => InstanceId)),
    old: some(old.map(({ InstanceId, AgentVersion }) => `${InstanceId} (${AgentVersion})`)),
    // Who could not list the nodes cannot tell which servers are none.
    unmanaged:
      'value' in nodes && 'value' in instances
        ? some(
            instances.value
              .filter(({ InstanceId, State }) => State.Name === 'running' && !ids.has(InstanceId))
              .map(({ InstanceId }) => InstanceId),
          )
        : NONE,
    ...(candidate && { candidate }),
  };
}

const some = (names: readonly string[]): Some => ({
  count: names.length,
  named: names.slice(0, MOST_NAMED),
});

function candidateOf(online: readonly ManagedNode[]): ShardFacts['candidate'] {
  for (const platform of ['Linux', 'Windows'] as const) {
    const node = online.find(({ PlatformType }) => PlatformType === platform);
    if (node) return { node: node.InstanceId, platform };
  }
  return undefined;
}

type Attempt<T> = { readonly value: T } | { readonly reason: Reason };

async function attempt<T>(action: string, look: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await look() };
  } catch (error) {
    return { reason: short(reasonOf(error, action)) };
  }
}

/** Long enough for what AWS says of a denial, which ends with the kind of policy. */
const MOST_MESSAGE = 500;
const short = (reason: Reason): Reason => ({
  ...reason,
  message: reason.message.slice(0, MOST_MESSAGE),
});
