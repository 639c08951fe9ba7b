/** What Send and Poll leave: intents, and the notebook of a child. */
import * as z from 'zod';
import { Failure, MOST_FAILURES } from '../failure.ts';
import { Counts, Outcome } from '../outcomes.ts';
import { Output } from '../output.ts';
import { Timestamp } from '../primitives.ts';
import { Frozen, Node, Reason, Shard } from './shard.ts';

/** intents/…: written before SendCommand, never overwritten. */
export const Intent = z.object({
  comment: z.string(),
  nodes: z.array(z.string()),
  writtenAt: Timestamp,
  /** Random per attempt: an attempt that lost the reply to its own put knows it again. */
  writer: z.string(),
  /** It is not sent, and that is why. */
  held: z.object({ outcome: Outcome, reason: Reason }).optional(),
});
export type Intent = z.infer<typeof Intent>;

/**
 * A batch on its way. `planned` → `sent` (command id known) or `unsure` (intent written, reply unknown) →
 * `done`; or `refused` (SSM said no: nothing ran).
 */
export const Batch = z.object({
  batch: z.string(),
  /** The document that its command runs. */
  document: z.string(),
  nodes: z.array(Node),
  /** Absent: a command. */
  kind: z.literal('automation').optional(),
  state: z.enum(['planned', 'sent', 'unsure', 'refused', 'done']),
  /** Of the command, or of the execution of an automation. */
  commandId: z.string().optional(),
  /** Nodes that went wrong so far, as the command counts them. */
  errors: z.int().optional(),
  /** Nodes that did not take the command in time. */
  undelivered: z.int().optional(),
  /** Nodes that it has ended on so far, as the command counts them. */
  completed: z.int().optional(),
  /** How many errors it counted when its failures were last looked into. */
  told: z.int().optional(),
  /** The life in which it was sent; absent: the first. */
  life: z.int().optional(),
  /** Since when the command may exist. */
  since: Timestamp.optional(),
  /** When SSM gives up on it (ExpiresAfter), where known. */
  expiresAt: Timestamp.optional(),
  /** Its end was asked for, since the dispatch was to be over by then. */
  cancelled: z.literal(true).optional(),
  outcome: Outcome.optional(),
  reason: Reason.optional(),
});
export type Batch = z.infer<typeof Batch>;

/** How far a shard is collected, where one call does not end it. */
export const Collected = z.object({
  /** Names of the objects of rows that are written. */
  parts: z.array(z.string()),
  /** Names of the batches whose rows stand there. */
  batches: z.array(z.string()),
  /** Its result is written, and nothing more can come. */
  whole: z.boolean(),
});
export type Collected = z.infer<typeof Collected>;

/** source.json: what one node gave, for the others. */
export const SharedSource = z.object({ node: z.string(), sha256: z.string() });
export type SharedSource = z.infer<typeof SharedSource>;

export const ProgressShard = z.object({
  ...Shard.shape,
  ...Frozen,
  /** The role that is entered; absent: fleetwide-dispatch. */
  role: z.string().optional(),
  /** How its output is brought in; absent: inline. */
  output: Output.optional(),
  /** What is fetched from its nodes: the path on each platform. `share`: for the others, under this name. */
  fetch: z
    .object({
      linux: z.string().optional(),
      windows: z.string().optional(),
      share: z.string().optional(),
    })
    .optional(),
  /** What it runs says that it leaves processes behind. */
  detaches: z.literal(true).optional(),
  batches: z.array(Batch),
  collected: Collected.optional(),
});
export type ProgressShard = z.infer<typeof ProgressShard>;

/** When a dispatch stops sending by the clock, and what that is called. */
export const StopTime = z.object({
  at: Timestamp,
  stop: z.enum(['WindowClosed', 'OverallTimeout']),
});
export type StopTime = z.infer<typeof StopTime>;

/** progress/<wave>/<group>.json: a child's notebook. The intents and SSM hold the truth if it is lost. */
export const Progress = z.object({
  requester: z.string(),
  maxConcurrency: z.string().optional(),
  startedAt: Timestamp,
  /** Outcomes that do not count against the error budget. */
  tolerate: z.array(Outcome).optional(),
  stopTimes: z.array(StopTime).optional(),
  /** When Collect began, in which life. */
  collecting: z.object({ life: z.int(), since: Timestamp }).optional(),
  /** When Poll saw that all of it had ended. */
  endedAt: Timestamp.optional(),
  shards: z.array(ProgressShard),
  /** The first that did not succeed. */
  failures: z.array(Failure).max(MOST_FAILURES).optional(),
  /** How it ended, once Collect has told. */
  counts: Counts.optional(),
});
export type Progress = z.infer<typeof Progress>;
