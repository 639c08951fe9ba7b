/** What the steps leave for each other in the results bucket. */
import * as z from 'zod';
import { Failure, MOST_FAILURES } from './failure.ts';
import { Counts, Outcome } from './outcomes.ts';
import { Output } from './output.ts';
import { AccountId, DispatchId, Region, Timestamp } from './primitives.ts';
import { Request } from './request.ts';

const Shard = z.object({ account: AccountId, region: Region });
export type Shard = z.infer<typeof Shard>;

/** request.json: the parsed request and the start that it belongs to. */
export const StoredRequest = z.object({
  dispatch: DispatchId,
  executionArn: z.string(),
  startedAt: Timestamp,
  request: Request,
  /** The dispatch whose plan this one runs. */
  planOf: DispatchId.optional(),
});
export type StoredRequest = z.infer<typeof StoredRequest>;

/** groups.json and waves/<n>.json: what a Distributed Map reads; one item, one child. */
export const GroupRef = z.object({ group: z.int(), key: z.string() });
export type GroupRef = z.infer<typeof GroupRef>;
export const GroupRefs = z.array(GroupRef);

/** accounts.json: what the selectors of the request came to. */
export const SelectedAccounts = z.object({
  selected: z.int(),
  /** Of the organisation, but in no state to be dispatched to. */
  notActive: z.array(z.object({ account: AccountId, state: z.string() })),
  excluded: z.int(),
});
export type SelectedAccounts = z.infer<typeof SelectedAccounts>;

/** In the stead of a Region: every one that the account has enabled. */
export const EVERY_REGION = '*';
const AnyRegion = z.union([Region, z.literal(EVERY_REGION)]);

/** groups/<n>.json: the shards that a discovering child looks into, and for which nodes if that is known. */
export const GroupShard = z.object({
  account: AccountId,
  region: AnyRegion,
  nodes: z.array(z.string()).optional(),
});
export type GroupShard = z.infer<typeof GroupShard>;
export const Group = z.object({ group: z.int(), shards: z.array(GroupShard) });
export type Group = z.infer<typeof Group>;

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
const Frozen = { documents: z.array(FrozenDocument).optional() };

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

/** Reasons for which a Region is not looked into by somebody's decision: told, but no failure. */
export const DECIDED: ReadonlySet<string> = new Set(['regionNotEnabled', 'serviceControlPolicy']);
/** Reason for which an instance is not sent to because there is none any more. */
export const TERMINATED = 'terminated';

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

/** intents/…: written before SendCommand, never overwritten. */
export const Intent = z.object({
  comment: z.string(),
  nodes: z.array(z.string()),
  writtenAt: Timestamp,
  /** Random per attempt: an attempt that lost the reply to its own put knows it again. */
  writer: z.string(),
});
export type Intent = z.infer<typeof Intent>;

/**
 * recall/revoked.json: nothing is sent any more. Send looks for it after each intent and before each command.
 * A life is what lies between two redrives of the execution, counted as Step Functions counts those.
 */
export const Revocation = z.object({
  at: Timestamp,
  /** The last life that may not send; missing: none may, ever. */
  life: z.int().optional(),
});
export type Revocation = z.infer<typeof Revocation>;

/** A shard of a wave with the batches whose intents were there when the dispatch was revoked. */
export const ClaimedShard = z.object({ ...Shard.shape, batches: z.array(z.string()) });
export type ClaimedShard = z.infer<typeof ClaimedShard>;

/**
 * claims/<life>.json, written once: all that may have been sent. One item, one child of the recall; at most
 * a slice's shards and batches, so a few KB.
 */
export const Claim = z.object({
  wave: z.int(),
  group: z.int(),
  /** Of the slice. */
  key: z.string(),
  shards: z.array(ClaimedShard),
});
export type Claim = z.infer<typeof Claim>;

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
  /** Objects of rows that are written. */
  parts: z.int(),
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
  batches: z.array(Batch),
  collected: Collected.optional(),
});
export type ProgressShard = z.infer<typeof ProgressShard>;

/** What a person said about a wave. Who it was is what their CLI states; CloudTrail's SendTaskSuccess proves it. */
export const Decision = z.object({
  approved: z.boolean(),
  by: z.string().min(1).max(2048),
  reason: z.string().max(1000).optional(),
});
export type Decision = z.infer<typeof Decision>;

/** approvals/<wave>.json: what is asked for, and what was said. */
export const ApprovalRecord = z.object({
  wave: z.int(),
  /** Nodes of the wave. */
  nodes: z.int(),
  askedAt: Timestamp,
  expiresAt: Timestamp,
  /** Who may send it back decides; of no use without states:SendTaskSuccess. Gone once it is decided. */
  token: z.string().optional(),
  decision: Decision.extend({ at: Timestamp }).optional(),
});
export type ApprovalRecord = z.infer<typeof ApprovalRecord>;

/** dedupe/<key>.json: the start that came first. */
export const FirstStart = z.object({
  key: z.string(),
  dispatch: DispatchId,
  executionArn: z.string(),
  startedAt: Timestamp,
});
export type FirstStart = z.infer<typeof FirstStart>;

/** dropped.json: the start was one too many; `key` where a dedupe key says so. */
export const Dropped = z.object({
  reason: z.enum(['duplicate', 'overlap']),
  by: DispatchId,
  key: z.string().optional(),
});
export type Dropped = z.infer<typeof Dropped>;

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
  /** When Poll saw that all of it had ended. */
  endedAt: Timestamp.optional(),
  shards: z.array(ProgressShard),
  /** The first that did not succeed. */
  failures: z.array(Failure).max(MOST_FAILURES).optional(),
  /** How it ended, once Collect has told. */
  counts: Counts.optional(),
});
export type Progress = z.infer<typeof Progress>;

/** One stream of a node's output. Exactly one of `text` and `key` unless it is empty or missing. */
export const Stream = z.object({
  bytes: z.int(),
  sha256: z.string(),
  truncated: z.boolean(),
  /**
   * `invocations` and `invocation`: Systems Manager's list and its single answer; `s3`: what the node uploaded, byte
   * for byte; `cloudwatch`: its log, where CRLF has become LF and the last line break is lost; `execution`: the outputs of a
   * runbook, as JSON; `none`: it is empty.
   */
  source: z.enum(['invocations', 'invocation', 's3', 'cloudwatch', 'execution', 'none']),
  /** Windows: what the bytes are, and where the same text lies in UTF-8 if they are something else. */
  encoding: z.string().optional(),
  utf8Key: z.string().optional(),
  text: z.string().optional(),
  key: z.string().optional(),
  /** How a text that lies apart begins and ends, where that is known without reading it: up to 600 characters each. */
  head: z.string().optional(),
  tail: z.string().optional(),
});
export type Stream = z.infer<typeof Stream>;

/** How an execution of a runbook went, step by step. */
export const Automation = z.object({
  executionId: z.string(),
  /** Nodes that it was given. */
  instances: z.array(z.string()).optional(),
  steps: z.array(
    z.object({
      name: z.string(),
      action: z.string(),
      status: z.string(),
      startedAt: Timestamp.optional(),
      endedAt: Timestamp.optional(),
      failure: z.string().optional(),
    }),
  ),
});
export type Automation = z.infer<typeof Automation>;

/** What was fetched from a node, as it lies in the results bucket: bytes and SHA-256 are those that the node stated. */
export const FetchedFile = z.object({
  /** On the node, as the request gives it. */
  path: z.string(),
  /** `directory`: as one archive, tar, gzipped. */
  kind: z.enum(['file', 'directory']),
  bytes: z.int(),
  sha256: z.string(),
  key: z.string(),
});
export type FetchedFile = z.infer<typeof FetchedFile>;

/** The wave of a node that was skipped before there was a plan: no wave held it. */
export const NO_WAVE = -1;

/**
 * A line of results/<wave>/<account>/<region>.jsonl: how it ended on one node. Lines of report.jsonl are alike, but
 * for `wave` (report/tableRow.ts).
 */
export const Row = z.object({
  ...Shard.shape,
  node: z.string(),
  name: z.string().optional(),
  /** From 0; NO_WAVE. */
  wave: z.int(),
  outcome: Outcome,
  reason: Reason.optional(),
  status: z.string().optional(),
  statusDetails: z.string().optional(),
  exitCode: z.int().optional(),
  commandId: z.string().optional(),
  automation: Automation.optional(),
  startedAt: Timestamp.optional(),
  endedAt: Timestamp.optional(),
  /** After a recall: nobody can say that its process is dead. */
  mayStillRun: z.literal(true).optional(),
  stdout: Stream.optional(),
  stderr: Stream.optional(),
  file: FetchedFile.optional(),
});
export type Row = z.infer<typeof Row>;
