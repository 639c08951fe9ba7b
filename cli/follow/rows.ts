/** The rows of a running dispatch as its groups end, then those that only the report has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '../../contract/names.ts';
import { Plan, Row } from '../../contract/stored.ts';
import type { Hub } from '../hub.ts';
import { rowsOf } from '../rows.ts';
import { watch } from './watch.ts';

const LOOK_EVERY_MS = 2_000;

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
  yield fresh(await rowsOf(hub, id));
}
