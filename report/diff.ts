/** Two dispatches → what changed between them, node by node. */
import type { Row } from '../contract/stored.ts';

export type Ended = Pick<Row, 'outcome' | 'exitCode' | 'reason' | 'stdout' | 'stderr'>;
export type Aspect = 'outcome' | 'exit code' | 'stdout' | 'stderr';

export interface Change extends Pick<Row, 'account' | 'region' | 'node' | 'name'> {
  /** Absent where the dispatch did not match the node. */
  readonly before?: Ended;
  readonly after?: Ended;
  /** What differs; empty where the node is in one of them only. */
  readonly aspects: readonly Aspect[];
}

export interface Diff {
  readonly same: number;
  readonly changes: readonly Change[];
}

export function diff(before: readonly Row[], after: readonly Row[]): Diff {
  const earlier = new Map(before.map((row) => [keyOf(row), row]));
  const later = new Map(after.map((row) => [keyOf(row), row]));
  const changes: Change[] = [];
  let same = 0;
  for (const [key, row] of earlier) {
    const now = later.get(key);
    const aspects = now ? aspectsOf(row, now) : [];
    if (now && aspects.length === 0) same++;
    else changes.push({ ...nodeOf(now ?? row), before: row, ...(now && { after: now }), aspects });
  }
  for (const [key, row] of later)
    if (!earlier.has(key)) changes.push({ ...nodeOf(row), after: row, aspects: [] });
  return { same, changes };
}

const keyOf = ({ account, region, node }: Row): string => `${account}/${region}/${node}`;

const nodeOf = ({ account, region, node, name }: Row) => ({
  account,
  region,
  node,
  ...(name !== undefined && { name }),
});

/** Outputs are compared by their hashes: one of them may not be here. */
const ASPECTS: readonly [Aspect, (row: Row) => unknown][] = [
  ['outcome', (row) => row.outcome],
  ['exit code', (row) => row.exitCode],
  ['stdout', (row) => (row.stdout?.bytes ? row.stdout.sha256 : undefined)],
  ['stderr', (row) => (row.stderr?.bytes ? row.stderr.sha256 : undefined)],
];

const aspectsOf = (a: Row, b: Row): Aspect[] =>
  ASPECTS.filter(([, read]) => read(a) !== read(b)).map(([aspect]) => aspect);
