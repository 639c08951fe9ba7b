/** Rows → the dispatch at a glance: counts, and which nodes said the same. Memory grows with the kinds, not the nodes. */
import * as z from 'zod';
import { addCounts, Counts, Outcome } from '../contract/outcomes.ts';
import { Reason, Row } from '../contract/stored.ts';
import { tableRow } from './tableRow.ts';

/** Nodes that ended alike: same outcome, exit code and output. */
export const OutputGroup = z.object({
  outcome: Outcome,
  exitCode: z.int().optional(),
  reason: Reason.optional(),
  /** The whole of it, or of a long one the end if it did not succeed, else the beginning. */
  stdout: z.string(),
  stderr: z.string(),
  /** Streams of which more lies apart. */
  apart: z.array(z.enum(['stdout', 'stderr'])).optional(),
  nodes: z.int(),
  /** The first few, as examples. */
  examples: z.array(z.string()),
});
export type OutputGroup = z.infer<typeof OutputGroup>;

export const Summary = z.object({
  matched: z.int(),
  counts: Counts,
  groups: z.array(OutputGroup),
  /** Kinds of endings beyond those listed. */
  moreGroups: z.int(),
  /** The first of those that did not succeed, whole; their waves are counted from 1. */
  failures: z.array(Row),
  moreFailures: z.int(),
  /** Nodes of a recalled dispatch on which a process may have outlived its command. */
  mayStillRun: z.int().default(0),
  /** What was fetched, where something was. */
  files: z.object({ count: z.int(), bytes: z.int() }).optional(),
});
export type Summary = z.infer<typeof Summary>;

const MOST_GROUPS = 200;
const MOST_FAILURES = 1_000;
const MOST_EXAMPLES = 5;

export interface Summing {
  add(row: Row): void;
  done(): Summary;
}

export function summing(): Summing {
  const groups = new Map<string, OutputGroup>();
  const failures: Row[] = [];
  const counts: Counts = {};
  let matched = 0;
  let failed = 0;
  let others = 0;
  let mayStillRun = 0;
  const files = { count: 0, bytes: 0 };
  return {
    add(row) {
      matched++;
      counts[row.outcome] = (counts[row.outcome] ?? 0) + 1;
      if (row.mayStillRun) mayStillRun++;
      if (row.file) {
        files.count++;
        files.bytes += row.file.bytes;
      }
      if (row.outcome !== 'succeeded' && ++failed <= MOST_FAILURES) failures.push(tableRow(row));
      const key = JSON.stringify([
        row.outcome,
        row.exitCode,
        row.reason?.code,
        row.stdout?.sha256,
        row.stderr?.sha256,
      ]);
      const group = groups.get(key);
      if (!group && groups.size >= MOST_GROUPS) others++;
      else groups.set(key, joined(group ?? opened(row), row));
    },
    done: () => ({
      matched,
      counts: addCounts(counts),
      groups: [...groups.values()].toSorted((a, b) => b.nodes - a.nodes),
      moreGroups: others,
      failures,
      moreFailures: Math.max(0, failed - MOST_FAILURES),
      mayStillRun,
      ...(files.count > 0 && { files }),
    }),
  };
}

const opened = (row: Row): OutputGroup => ({
  outcome: row.outcome,
  ...(row.exitCode !== undefined && { exitCode: row.exitCode }),
  ...(row.reason && { reason: row.reason }),
  stdout: glimpse(row, row.stdout),
  stderr: glimpse(row, row.stderr),
  ...apartOf(row),
  nodes: 0,
  examples: [],
});

const glimpse = ({ outcome }: Row, stream: Row['stdout']): string =>
  stream?.text ?? (outcome === 'succeeded' ? stream?.head : stream?.tail) ?? '';

function apartOf(row: Row): Pick<OutputGroup, 'apart'> {
  const apart = (['stdout', 'stderr'] as const).filter((name) => row[name]?.key !== undefined);
  return apart.length > 0 ? { apart } : {};
}

function joined(group: OutputGroup, row: Row): OutputGroup {
  group.nodes++;
  if (group.examples.length < MOST_EXAMPLES) group.examples.push(row.name ?? row.node);
  return group;
}
