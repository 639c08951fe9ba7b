/** The parts of a finished dispatch's report, as the commands read them. */
import { keys } from '../contract/names.ts';
import { Row } from '../contract/stored.ts';
import { CliError, EXIT } from './exit.ts';
import type { Hub } from './hub.ts';

/** The text of a part, or an error that says how the dispatch stands. */
export async function reportPart(hub: Hub, id: string, key: string): Promise<string> {
  const text = await hub.text(key);
  if (text !== undefined) return text;
  const { status } = await hub.execution(id);
  if (status === 'RUNNING')
    throw new CliError(
      `dispatch ${id} has not ended, and its results come at the end; until then: fleetwide status ${id}, fleetwide logs ${id} --follow`,
      EXIT.request,
    );
  if (status === 'SUCCEEDED')
    throw new CliError(
      `dispatch ${id} sent nothing (it is a plan, or was dropped), so it has no results: fleetwide status ${id}`,
      EXIT.request,
    );
  throw new CliError(
    `dispatch ${id} has no ${key.split('/').at(-1)} (${status}): fleetwide status ${id} says why`,
    EXIT.broken,
  );
}

export async function rowsOf(hub: Hub, id: string): Promise<Row[]> {
  const rows = await hub.lines(Row, keys.report(id, 'jsonl'));
  // No line at all: it may be that nothing matched, or that there is no such report.
  if (rows.length === 0) await reportPart(hub, id, keys.report(id, 'jsonl'));
  return rows;
}

/** Whether a row is meant by an id or a name, as a person gives either. */
export const isNode =
  (wanted: readonly string[]) =>
  (row: Row): boolean =>
    wanted.includes(row.node) || (row.name !== undefined && wanted.includes(row.name));
