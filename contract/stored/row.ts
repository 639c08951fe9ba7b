/** How it ended on a node. */
import * as z from 'zod';
import { Outcome } from '../outcomes.ts';
import { Timestamp } from '../primitives.ts';
import { Reason, Shard } from './shard.ts';

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
