/** `fleetwide results`: how it ended on each node, in the form that is asked for. */
import { Option } from 'commander';
import { keys } from '../../contract/names.ts';
import type { Row } from '../../contract/stored.ts';
import type { AddCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Hub } from '../hub.ts';
import { reportPart, rowsOf } from '../rows.ts';
import { harmless, table } from '../text.ts';

type Write = (hub: Hub, id: string) => Promise<string>;

/** As the Report step wrote it. */
const stored =
  (part: 'jsonl' | 'csv' | 'xml'): Write =>
  (hub, id) =>
    reportPart(hub, id, keys.report(id, part));

const FORMATS = {
  table: async (hub, id) => tableOf(await rowsOf(hub, id)),
  json: async (hub, id) => JSON.stringify(await rowsOf(hub, id), null, 2),
  jsonl: stored('jsonl'),
  csv: stored('csv'),
  junit: stored('xml'),
} satisfies Readonly<Record<string, Write>>;

export const results: AddCommand = (program, cli) => {
  program
    .command('results')
    .description('how it ended on each node')
    .argument('<id>', 'dispatch id')
    .addOption(
      new Option('--format <format>', 'default: table, with --json: json').choices(
        Object.keys(FORMATS),
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  fleetwide results restart-2026-11-21
  fleetwide results restart-2026-11-21 --format junit > results.xml`,
    )
    .action(async (id: string, flags: { format?: keyof typeof FORMATS }) => {
      const write = FORMATS[flags.format ?? (cli.json() ? 'json' : 'table')];
      cli.print((await write(await cli.hub(), id)).trimEnd());
      cli.ends(EXIT.succeeded);
    });
};

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
        (harmless(row.stdout?.text ?? row.reason?.message ?? '').split('\n')[0] ?? '').slice(
          0,
          MOST_CHARACTERS,
        ),
      ]),
    ],
    '',
  );
