/** What all that is stored says of accounts, Regions and nodes. */
import * as z from 'zod';
import { AccountId, Region } from '../primitives.ts';

export const Shard = z.object({ account: AccountId, region: Region });
export type Shard = z.infer<typeof Shard>;

/** In the stead of a Region: every one that the account has enabled. */
export const EVERY_REGION = '*';

export const AnyRegion = z.union([Region, z.literal(EVERY_REGION)]);

/** Why a node is not sent to, or a shard not looked into. */
export const Reason = z.object({
  /** A short stable word: `offline`, `AccessDenied`, … */
  code: z.string(),
  message: z.string(),
  /** The AWS action that was refused, e.g. `sts:AssumeRole`. */
  action: z.string().optional(),
});
export type Reason = z.infer<typeof Reason>;

export const Node = z.object({
  id: z.string(),
  name: z.string().optional(),
  platform: z.enum(['Linux', 'Windows', 'MacOS']).optional(),
  agent: z.string().optional(),
  /** Of an automation: the nodes that its runbook is given. */
  instances: z.array(z.string()).optional(),
});
export type Node = z.infer<typeof Node>;

/** A document as it is in a shard: its content may change under its name. */
export const FrozenDocument = z.object({
  /** As the request names it. */
  name: z.string(),
  /** As found; as the request names it where it could not be read. */
  version: z.string(),
  /** SHA-256 of its content, as Systems Manager states it. */
  hash: z.string().optional(),
  /** Why it could not be read. */
  unread: Reason.optional(),
});
export type FrozenDocument = z.infer<typeof FrozenDocument>;

export const Frozen = { documents: z.array(FrozenDocument).optional() };

/** Reasons for which a Region is not looked into by somebody's decision: told, but no failure. */
export const DECIDED: ReadonlySet<string> = new Set(['regionNotEnabled', 'serviceControlPolicy']);

/** Reason for which an instance is not sent to because there is none any more. */
export const TERMINATED = 'terminated';
