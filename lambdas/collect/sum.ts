/** What a group's rows come to, for those who are told of it. */
import { MOST_NODES } from '../../contract/events.ts';
import type { Failure } from '../../contract/failure.ts';
import { addCounts, type Counts, isError } from '../../contract/outcomes.ts';
import type { Row } from '../../contract/stored.ts';
import { withFailures } from './failures.ts';

export interface Sum {
  add(rows: readonly Row[]): void;
  counts(): Counts;
  failures(): readonly Failure[];
  /** The first of those that went wrong: as many as an event names. */
  readonly failed: readonly Row[];
  failedCount(): number;
}

/** @param told failures that those who follow know already */
export function summing(told: readonly Failure[]): Sum {
  let counts: Counts = {};
  let failures = told;
  let failedCount = 0;
  const failed: Row[] = [];
  return {
    failed,
    add(rows) {
      counts = addCounts(counts, ...rows.map((row) => ({ [row.outcome]: 1 })));
      failures = withFailures(failures, rows);
      const wrong = rows.filter((row) => isError(row.outcome));
      failedCount += wrong.length;
      failed.push(...wrong.slice(0, MOST_NODES - failed.length));
    },
    counts: () => counts,
    failures: () => failures,
    failedCount: () => failedCount,
  };
}
