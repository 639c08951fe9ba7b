/** The rows of a running dispatch as its groups end, then those that only the report has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '../../contract/names.ts';
import { Plan, Row } from '../../contract/stored.ts';
import { Report } from '../../report/report.ts';
import type { Hub } from '../hub.ts';
import { rowsOf } from '../rows.ts';
import { watch } from './watch.ts';

const LOOK_EVERY_MS = 2_000;
/** A recall of nodes that answer takes a minute or two; longer waits are the reader's own. */
const RECALLED_WITHIN_MS = 15 * 60_000;
const Glance = Report.pick({ counts: true });

export async function* rowsAsTheyCome(hub: Hub, id: string): AsyncGenerator<Row[]> {
  const watching = watch(hub, id);
  const told = new Set<string>();
  const fresh = (rows: readonly Row[]): Row[] =>
    rows.filter((row) => {
      const key = `${row.account}/${row.region}/${row.node}`;
      const known = told.has(key);
      told.add(key);
      return !known;
    });
  const groups = new Set<string>();
  for (;;) {
    // The status first: what is read after it belongs to it, or is newer.
    const { status } = await hub.execution(id);
    const plan = await hub.find(Plan, keys.plan(id));
    for (const { wave, groups: all } of plan ? await watching.look(plan) : [])
      for (const [group, { counts, shards }] of all) {
        if (!counts || groups.has(`${wave}/${group}`)) continue;
        groups.add(`${wave}/${group}`);
        for (const { account, region } of shards)
          yield fresh(await hub.lines(Row, keys.result(id, wave, account, region)));
      }
    if (status !== 'RUNNING') break;
    await sleep(LOOK_EVERY_MS);
  }
  yield fresh(await rowsInTheEnd(hub, id));
}

/** A dispatch that broke or was stopped is reported by its recall, which takes a while. */
async function rowsInTheEnd(hub: Hub, id: string): Promise<Row[]> {
  const until = Date.now() + RECALLED_WITHIN_MS;
  while (
    (await hub.execution(id)).status !== 'SUCCEEDED' &&
    (await hub.find(Plan, keys.plan(id))) &&
    !(await hub.find(Glance, keys.report(id, 'json'))) &&
    Date.now() < until
  )
    await sleep(LOOK_EVERY_MS);
  return rowsOf(hub, id);
}
