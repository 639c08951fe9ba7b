/** What `fleetwide doctor` asks the hub, and what it is told: facts. What they mean, and what helps, says the CLI. */
import { z } from 'zod';
import { AccountId, Region } from './primitives.ts';
import { Reason } from './stored.ts';

/** Agents before this one need the endpoint ec2messages (Systems Manager User Guide, "ec2messages"). */
export const OLD_AGENT = '3.3.40.0';

const Shard = { account: AccountId, region: Region };

export const DoctorInput = z.object({
  /** Session name in the spokes, for their CloudTrail. */
  examination: z.string().regex(/^[\w-]{2,64}$/),
  requester: z.string(),
  /** At most so many that the answer stays under 256 KiB. */
  shards: z.array(z.object(Shard)).max(250),
  /** Trust policies of dispatch roles that could not be assumed, as somebody saw them; null: no such role. */
  trusts: z.array(z.object({ account: AccountId, policy: z.string().nullable() })).default([]),
});
export type DoctorInput = z.infer<typeof DoctorInput>;

/** What stands against assuming a role whose trust policy was seen. */
export const Cause = z.enum(['missing', 'trust', 'externalId', 'organization', 'none']);
export type Cause = z.infer<typeof Cause>;

export const ShardFacts = z.object({
  ...Shard,
  /** Whether the account has opted in to the Region; absent where that could not be told. */
  optedIn: z.boolean().optional(),
  /** Calls that failed. */
  troubles: z.array(Reason),
  /** Documents of the configuration that cannot be seen there. */
  hidden: z.array(z.object({ document: z.string(), reason: Reason })),
  online: z.int(),
  offline: z.int(),
  /** Online, with agents before {@link OLD_AGENT}. */
  old: z.int(),
  /** Running EC2 instances that are no managed nodes. */
  unmanaged: z.int(),
  /** A node that a probe may be sent to. */
  candidate: z.string().optional(),
});
export type ShardFacts = z.infer<typeof ShardFacts>;

export const DoctorOutput = z.object({
  /** Accounts whose dispatch role could not be assumed. */
  closed: z.array(z.object({ account: AccountId, reason: Reason })),
  shards: z.array(ShardFacts),
  trusts: z.array(z.object({ account: AccountId, cause: Cause })),
});
export type DoctorOutput = z.infer<typeof DoctorOutput>;
