/** `fleetwide results`: how it ended on each node, in the form that is asked for. */
import { keys } from '../contract/names.ts';
import type { Row } from '../contract/stored.ts';
import { CliError, EXIT, type Exit } from './exit.ts';
import type { Print } from './follow.ts';
import type { Hub } from './hub.ts';
import { reportPart, rowsOf } from './rows.ts';
import { harmless, table } from './text.ts';

type Write = (hub: Hub, id: string) => Promise<string>;

/** As the Report step wrote it. */
const stored =
  (part: 'jsonl' | 'csv' | 'xml'): Write =>
  (hub, id) =>
    reportPart(hub, id, keys.report(id, part));

export const FORMATS: Readonly<Record<string, Write>> = {
  table: async (hub, id) => tableOf(await rowsOf(hub, id)),
  json: async (hub, id) => JSON.stringify(await rowsOf(hub, id), null, 2),
  jsonl: stored('jsonl'),
  csv: stored('csv'),
  junit: stored('xml'),
};

export async function results(hub: Hub, id: string, format: string, print: Print): Promise<Exit> {
  const write = new Map(Object.entries(FORMATS)).get(format);
  if (!write)
    throw new CliError(
      `--format ${format}: expected ${Object.keys(FORMATS).join(', ')}`,
      EXIT.request,
    );
  print((await write(hub, id)).trimEnd());
  return EXIT.succeeded;
}

const HEAD = ['account', 'Region', 'node', 'name', 'outcome', 'exit', 'output'];
const MOST_CHARACTERS = 60;

const tableOf = (rows: readonly Row[]): string =>
  table(
    [
      HEAD,
      ...rows.map((row) => [
        row.account,
        row.region,
        row.node,
        harmless(row.name ?? ''),
        row.outcome,
        row.exitCode === undefined ? '' : String(row.exitCode),
        harmless(row.stdout?.text?.split('\n')[0] ?? row.reason?.message ?? '').slice(
          0,
          MOST_CHARACTERS,
        ),
      ]),
    ],
    '',
  );
