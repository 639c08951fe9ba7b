import type { z } from 'zod';
import {
  type DoctorInput,
  type DoctorOutput,
  OLD_AGENT,
  type ShardFacts,
} from '../../contract/doctor.ts';
import { documentIn } from '../../contract/documents.ts';
import type { Reason } from '../../contract/stored.ts';
import { perAccount } from '../shared/accounts.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { ManagedNode } from '../shared/runCommand.ts';
import type { Spokes } from '../shared/spoke.ts';
import type { Inspector } from './inspector.ts';
import { judge, type Visitor } from './trust.ts';

export interface Deps {
  readonly spokes: Spokes<Inspector>;
  readonly documents: readonly string[];
  readonly visitor: Visitor;
  /** Where an account is asked which Regions it has. */
  readonly home: string;
}

type Shard = DoctorInput['shards'][number];

/** Every fault of one account or shard is told as a fact of it, and the others go on. */
export async function doctor(
  deps: Deps,
  { examination, requester, shards, trusts }: DoctorInput,
): Promise<z.input<typeof DoctorOutput>> {
  const looked = await perAccount(shards, async (account, own) => {
    try {
      const errand = { dispatch: examination, requester, purpose: 'doctor' } as const;
      const session = await deps.spokes.enter(account, errand);
      return { account, shards: await lookInto(deps, session, own) };
    } catch (error) {
      return { account, closed: reasonOf(error, 'sts:AssumeRole') };
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
  session: (region: string) => Inspector,
  shards: readonly Shard[],
): Promise<ShardFacts[]> {
  const regions = shards.map(({ region }) => region);
  const out = await attempt('ec2:DescribeRegions', () => session(deps.home).optedOut(regions));
  const facts: ShardFacts[] = [];
  for (const shard of shards) {
    const optedIn = 'value' in out ? !out.value.includes(shard.region) : undefined;
    const troubles = 'reason' in out ? [out.reason] : [];
    // Nothing there answers before the account has opted in.
    facts.push(
      optedIn === false
        ? { ...NOTHING, ...shard, optedIn }
        : await shardFacts(deps, session(shard.region), shard, { optedIn, troubles }),
    );
  }
  return facts;
}

const NOTHING = { troubles: [], hidden: [], online: 0, offline: 0, old: 0, unmanaged: 0 };

async function shardFacts(
  { documents }: Deps,
  inspector: Inspector,
  shard: Shard,
  known: { readonly optedIn: boolean | undefined; readonly troubles: readonly Reason[] },
): Promise<ShardFacts> {
  const nodes = await attempt('ssm:DescribeInstanceInformation', () => inspector.nodes());
  const servers = await attempt('ec2:DescribeInstances', () => inspector.servers());
  const hidden: ShardFacts['hidden'] = [];
  for (const document of documents) {
    const seen = await attempt('ssm:DescribeDocument', () =>
      inspector.document(documentIn(document, shard.region)),
    );
    if ('reason' in seen) hidden.push({ document, reason: seen.reason });
  }
  const managed = 'value' in nodes ? nodes.value : [];
  const online = managed.filter(({ PingStatus }) => PingStatus === 'Online');
  const ids = new Set(managed.map(({ InstanceId }) => InstanceId));
  const candidate = online.find(({ PlatformType }) => PlatformType === 'Linux')?.InstanceId;
  return {
    ...shard,
    ...(known.optedIn !== undefined && { optedIn: known.optedIn }),
    troubles: [
      ...known.troubles,
      ...[nodes, servers].flatMap((each) => ('reason' in each ? [each.reason] : [])),
    ],
    hidden,
    online: online.length,
    offline: managed.length - online.length,
    old: online.filter(isOld).length,
    // Who could not list the nodes cannot tell which servers are none.
    unmanaged:
      'value' in nodes && 'value' in servers
        ? servers.value.filter((id) => !ids.has(id)).length
        : 0,
    ...(candidate && { candidate }),
  };
}

type Attempt<T> = { readonly value: T } | { readonly reason: Reason };

async function attempt<T>(action: string, look: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await look() };
  } catch (error) {
    return { reason: reasonOf(error, action) };
  }
}

/** Versions are numbers with dots between; one that cannot be read is not called old. */
function isOld({ AgentVersion }: ManagedNode): boolean {
  const [own, limit] = [AgentVersion ?? '', OLD_AGENT].map((v) => v.split('.').map(Number));
  if (!own || !limit || own.length < 2 || own.some(Number.isNaN)) return false;
  for (const [i, part] of limit.entries()) if (own[i] !== part) return (own[i] ?? 0) < part;
  return false;
}
