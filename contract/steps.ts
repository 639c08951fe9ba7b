/**
 * What the state machine hands to each step and what it gets back: counts and keys only, so that no
 * payload grows with the fleet (limit 256 KiB).
 */
import * as z from 'zod';
import { Counts } from './outcomes.ts';
import { DispatchId } from './primitives.ts';
import { Claim } from './stored.ts';

const Of = { dispatch: DispatchId };

export const AdmitInput = z.object({
  execution: z.object({ name: z.string(), arn: z.string(), startedAt: z.string() }),
  request: z.unknown(),
});
export const AdmitOutput = z.object({
  ...Of,
  mode: z.enum(['run', 'plan']),
  /**
   * A schedule's delivery may have to wait for the dispatch before, or be dropped; a start with a dedupe key
   * that came before is dropped. `groupsKey` is empty then.
   */
  next: z.enum(['go', 'wait', 'drop']),
  waitSeconds: z.int(),
  dropped: z.object({ reason: z.enum(['duplicate', 'overlap']), by: DispatchId }).optional(),
  /** Key of the array that Discover's map reads. */
  groupsKey: z.string(),
  groups: z.int(),
  shards: z.int(),
});

export const DiscoverInput = z.object({ ...Of, group: z.int(), key: z.string() });
export const DiscoverOutput = z.object({
  group: z.int(),
  matched: z.int(),
  skippedShards: z.int(),
});

/** Where a map's ResultWriter left the outputs of its children. */
const ManifestKey = z.object({ key: z.string() });

/**
 * A redrive goes on where it failed. When children of a map broke that is the step behind the map, which
 * starts the map again if it is told that the map ran in an earlier life.
 */
const Lives = {
  /** How often the execution was redriven so far. */
  life: z.int().min(0),
  /** And when the map ran. */
  mapped: z.int().min(0),
};

export const FreezeInput = z.object({ ...Of, ...Lives, manifest: ManifestKey });
export const FreezeOutput = z.object({
  /** Children of the map had broken: it goes again. */
  again: z.boolean(),
  planKey: z.string(),
  matched: z.int(),
  sendable: z.int(),
  /** Number of waves; wave n reads waves/<n>.json. 0: there is nothing to send. */
  waves: z.int(),
  errorsAllowed: z.int(),
});

/** Asked before each wave: may it go now? */
export const ReadyInput = z.object({
  ...Of,
  wave: z.int(),
  /** When the wave before ended; empty before the first one. */
  endedAt: z.string(),
  /** What came back with the task token, if one was out. */
  answer: z.unknown().optional(),
});
export const ReadyOutput = z.object({
  next: z.enum(['go', 'wait', 'ask', 'stop']),
  /** Until when to wait; a time in any case. */
  until: z.string(),
  /** How long a person has; 1 in any case. */
  seconds: z.int().min(1),
  /** Why it does not go; empty when it does. */
  error: z.string(),
  cause: z.string(),
});
export type ReadyOutput = z.infer<typeof ReadyOutput>;

/** Leaves the task token where who approves finds it. */
export const AskInput = z.object({ ...Of, wave: z.int(), token: z.string(), seconds: z.int() });

/** What a child of a wave knows: its job, and how many errors the budget still has. */
export const Job = z.object({
  ...Of,
  wave: z.int(),
  group: z.int(),
  key: z.string(),
  /** Of the dispatch's execution, when it started this child. */
  life: z.int().min(0),
  /** MaxErrors of each command: what is left of the budget. */
  maxErrors: z.int(),
});
export type Job = z.infer<typeof Job>;

/** After Send the child always waits, then looks. */
export const SendOutput = z.object({ waitSeconds: z.int().min(1) });

/** `next` drives the child: look again after `waitSeconds`, send more, or collect. */
export const Next = z.object({
  next: z.enum(['wait', 'send', 'collect']),
  waitSeconds: z.int().min(1),
});
export type Next = z.infer<typeof Next>;

/** `again`: output may still come, look again after `waitSeconds`. */
export const CollectOutput = z.object({
  group: z.int(),
  counts: Counts,
  next: z.enum(['done', 'again']),
  waitSeconds: z.int(),
});

export const GateInput = z.object({
  ...Of,
  ...Lives,
  wave: z.int(),
  manifest: ManifestKey,
  /** Counts of the waves before. */
  before: Counts,
});
export const GateOutput = z.object({
  /** The same wave once more, whatever the time: it has been sent in part. */
  again: z.boolean(),
  proceed: z.boolean(),
  wave: z.int(),
  counts: Counts,
  /** What is left of the error budget. */
  maxErrors: z.int(),
  endedAt: z.string(),
});

export const ReportInput = z.object({
  ...Of,
  /** How many waves went out. */
  wavesDone: z.int(),
  /** The dispatch was recalled: what its slices hold and nothing was sent to is skipped for that. */
  recalled: z
    .object({
      life: z.int(),
      /** How the dispatch ended. */
      why: z.string(),
    })
    .optional(),
  /** Why a wave was not begun; empty where none was held back. */
  error: z.string().optional(),
  cause: z.string().optional(),
});
export const ReportOutput = z.object({
  succeeded: z.boolean(),
  reportKey: z.string(),
  matched: z.int(),
  counts: Counts,
  /** Name and text of the failure; empty where there is none. */
  error: z.string(),
  cause: z.string(),
});
export type ReportOutput = z.infer<typeof ReportOutput>;

/** By a rule or by a person, so any name may come; what is no dispatch id never sent anything. */
export const RevokeInput = z.object({
  dispatch: z.string(),
  /** By the rule: how the execution ended. A person who starts a recall ends the dispatch for good. */
  status: z.string().optional(),
  /** ARN of the recall's own execution. */
  execution: z.string().optional(),
});
export const RevokeOutput = z.object({
  /** False: there is nothing to recall. */
  recall: z.boolean(),
  /** ARN of the recall of the same life that is at work already; empty where none is. */
  by: z.string(),
  life: z.int(),
  why: z.string(),
  /** Key of the array that the recall's map reads. */
  claimsKey: z.string(),
  wavesDone: z.int(),
  groups: z.int(),
});

/** One look of a child of the recall. */
export const CancelInput = z.object({
  ...Of,
  ...Claim.shape,
  life: z.int(),
  round: z.int().min(0),
});
export type CancelInput = z.infer<typeof CancelInput>;
export const CancelOutput = z.object({
  next: z.enum(['wait', 'done']),
  waitSeconds: z.int().min(1),
  round: z.int(),
});
