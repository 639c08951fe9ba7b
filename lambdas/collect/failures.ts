/** The rows of a group → what those who follow are told of it when it has ended. */
import { type Failure, MOST_FAILURES, tailOf } from '../../contract/failure.ts';
import type { Row } from '../../contract/stored.ts';

/** Those already told of stay: a reader has seen them. */
export function withFailures(told: readonly Failure[], rows: readonly Row[]): Failure[] {
  const seen = new Set(told.map(nameOf));
  const more = rows.filter((row) => row.outcome !== 'succeeded' && !seen.has(nameOf(row)));
  return [...told, ...more.slice(0, MOST_FAILURES - told.length).map(failureOf)];
}

/** The rows of an automation share the name of their node. */
const nameOf = ({ account, region, node }: Pick<Row, 'account' | 'region' | 'node'>): string =>
  `${account}/${region}/${node}`;

const failureOf = (row: Row): Failure => ({
  account: row.account,
  region: row.region,
  node: row.node,
  ...(row.name && { name: row.name }),
  outcome: row.outcome,
  ...(row.exitCode !== undefined && { exitCode: row.exitCode }),
  ...(row.reason && { message: row.reason.message }),
  tail: tailOf(
    [row.stdout, row.stderr]
      .map((s) => (s?.text ?? s?.tail)?.trimEnd())
      .filter(Boolean)
      .join('\n'),
  ),
});
