/** What `fleetwide doctor` asks the hub, and what it is told: facts. What they mean, and what helps, says the CLI. */
import * as z from 'zod';
import { DocumentName } from './documents.ts';
import { AccountId, AgentVersion, Region } from './primitives.ts';
import { Reason } from './stored.ts';

/** Agents before this one need the endpoint ec2messages (Systems Manager User Guide, "ec2messages"). */
export const OLD_AGENT = '3.3.40.0';

/** Shards of one examination: what is told of each has a bound, and together they stay under 256 KiB. */
export const MOST_SHARDS = 50;
/** Nodes, and documents, that an answer names; beyond that they are counted. */
export const MOST_NAMED = 5;

const Shard = { account: AccountId, region: Region };

export const DoctorInput = z.object({
  /** Session name in the spokes, for their CloudTrail. */
  examination: z.string().regex(/^[\w-]{2,64}$/),
  requester: z.string(),
  shards: z.array(z.object(Shard)).max(MOST_SHARDS),
  /** To look for; default: those of the configuration that the hub was deployed from. */
  documents: z.array(DocumentName).optional(),
  /** Version of the agent that is asked for. */
  agentAtLeast: AgentVersion.default(OLD_AGENT),
  /** Trust policies of dispatch roles that could not be assumed, as somebody saw them; null: no such role. */
  trusts: z.array(z.object({ account: AccountId, policy: z.string().nullable() })).default([]),
});
export type DoctorInput = z.infer<typeof DoctorInput>;

/** What stands against assuming a role whose trust policy was seen. */
export const Cause = z.enum(['missing', 'trust', 'externalId', 'organization', 'none']);
export type Cause = z.infer<typeof Cause>;

/** Some nodes of a shard: how many, and the first of them by name. */
const Some = z.object({ count: z.int(), named: z.array(z.string()) });
export type Some = z.infer<typeof Some>;

export const ShardFacts = z.object({
  ...Shard,
  /** Whether the account has enabled the Region; absent where that could not be told. */
  enabled: z.boolean().optional(),
  /** Whether the hub has an exchange bucket there. */
  exchange: z.boolean(),
  /** Calls that failed. */
  troubles: z.array(Reason),
  /** Documents that were seen there. */
  visible: z.int(),
  /** Those that were not, by what was answered. */
  hidden: z.array(z.object({ documents: Some, reason: Reason })),
  online: z.int(),
  offline: Some,
  /** Online, with agents before what was asked for; named with their version. */
  old: Some,
  /** Running EC2 instances that are no managed nodes. */
  unmanaged: Some,
  /** A node that a probe may be sent to. */
  candidate: z.object({ node: z.string(), platform: z.enum(['Linux', 'Windows']) }).optional(),
});
export type ShardFacts = z.infer<typeof ShardFacts>;

export const DoctorOutput = z.object({
  /** Accounts whose dispatch role could not be assumed. */
  closed: z.array(z.object({ account: AccountId, reason: Reason })),
  shards: z.array(ShardFacts),
  trusts: z.array(z.object({ account: AccountId, cause: Cause })),
});
export type DoctorOutput = z.infer<typeof DoctorOutput>;
