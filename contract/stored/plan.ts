/** What Discover and Freeze leave: groups, inventory, plan and slices. */
import * as z from 'zod';
import { Outcome } from '../outcomes.ts';
import { AccountId, DispatchId, Timestamp } from '../primitives.ts';
import { AnyRegion, Frozen, FrozenDocument, Node, Reason, Shard } from './shard.ts';
import { SelectedAccounts } from './start.ts';

/** groups.json and waves/<n>.json: what a Distributed Map reads; one item, one child. */
export const GroupRef = z.object({ group: z.int(), key: z.string() });
export type GroupRef = z.infer<typeof GroupRef>;

export const GroupRefs = z.array(GroupRef);

/** groups/<n>.json: the shards that a discovering child looks into, and for which nodes if that is known. */
export const GroupShard = z.object({
  account: AccountId,
  region: AnyRegion,
  nodes: z.array(z.string()).optional(),
});
export type GroupShard = z.infer<typeof GroupShard>;

export const Group = z.object({ group: z.int(), shards: z.array(GroupShard) });
export type Group = z.infer<typeof Group>;

/** inventory/found-<n>.json: what became of the shards of a group; `*` where not even its Regions are known. */
export const FoundShard = z.object({
  account: AccountId,
  region: AnyRegion,
  matched: z.int(),
  /** How many of them are not sent to, by the reason's code. */
  nodesSkipped: z.record(z.string(), z.int()).optional(),
  ...Frozen,
  skipped: Reason.optional(),
});
export type FoundShard = z.infer<typeof FoundShard>;

/** A line of inventory/<account>/<region>.jsonl, which is there where there are nodes. */
export const InventoryNode = z.object({ ...Node.shape, skipped: Reason.optional() });
export type InventoryNode = z.infer<typeof InventoryNode>;

/** skipped.jsonl: matched nodes that no wave holds. */
export const SkippedNode = z.object({ ...Shard.shape, node: Node, reason: Reason });
export type SkippedNode = z.infer<typeof SkippedNode>;

export const PlanWave = z.object({
  /** As the request states it, e.g. `5%`. */
  size: z.string(),
  nodes: z.int(),
  groups: z.int(),
  /** A person has to approve it. */
  approval: z.literal(true).optional(),
});

/** plan.json: what will run where, in numbers; the exact nodes stand in waves/<n>/<group>.json. */
export const Plan = z.object({
  dispatch: DispatchId,
  frozenAt: Timestamp,
  /** SHA-256 over the slices, in order: two plans with the same value send the same to the same nodes. */
  sha256: z.string(),
  /** What is sent: each document once for every content that it has in some shard. */
  documents: z.array(FrozenDocument),
  /** The script, and where nodes find it in the exchange bucket of their Region. */
  artifact: z.object({ sha256: z.string(), key: z.string().optional() }).optional(),
  accounts: SelectedAccounts.optional(),
  /** Of how many nodes the matched ones are a sample. */
  sampledFrom: z.int().optional(),
  matched: z.int(),
  sendable: z.int(),
  skipped: z.int(),
  waves: z.array(PlanWave),
  shards: z.array(
    z.object({
      account: AccountId,
      region: AnyRegion,
      matched: z.int(),
      sendable: z.int(),
      /** How many nodes are skipped, by the reason's code. */
      nodesSkipped: z.record(z.string(), z.int()),
      skipped: Reason.optional(),
    }),
  ),
  /** Ids of the request that no shard that could be read holds. */
  notFound: z.array(z.string()),
  /** How many nodes may go wrong. */
  errorsAllowed: z.int(),
  /** Outcomes that do not count as going wrong. */
  tolerated: z.array(Outcome).optional(),
  /** Decides the order over the fleet. */
  seed: z.string().optional(),
  /** The dispatch that froze it, where this one runs a plan. */
  planOf: DispatchId.optional(),
  expectedCalls: z.int(),
  /** For a command of five minutes, at the prices of contract/price.ts; a command may take longer. */
  expectedDollars: z.number().optional(),
});
export type Plan = z.infer<typeof Plan>;

/** waves/<n>/<group>.json: exactly what one child of a wave sends. */
export const SliceShard = z.object({ ...Shard.shape, ...Frozen, nodes: z.array(Node) });
export type SliceShard = z.infer<typeof SliceShard>;

export const Slice = z.object({
  group: z.int(),
  wave: z.int(),
  shards: z.array(SliceShard),
});
export type Slice = z.infer<typeof Slice>;
