/** `fleetwide results`: how it ended on each node, in the form that is asked for. */
import { Option } from 'commander';
import { keys } from '../../contract/names.ts';
import type { Row } from '../../contract/stored.ts';
import type { AddCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Hub } from '../hub.ts';
import { reportPart, rowsOf } from '../rows.ts';
import { harmless, harmlessJson, jsonOf, table } from '../text.ts';

type Write = (hub: Hub, id: string) => Promise<string>;

/** As the Report step wrote it. */
const stored =
  (part: 'jsonl' | 'csv' | 'xml'): Write =>
  (hub, id) =>
    reportPart(hub, id, keys.report(id, part));

const FORMATS = {
  table: async (hub, id) => tableOf(await rowsOf(hub, id)),
  json: async (hub, id) => jsonOf(await rowsOf(hub, id), 2),
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
      const format = flags.format ?? (cli.json() ? 'json' : 'table');
      const write = FORMATS[format];
      const text = (await write(await cli.hub(), id)).trimEnd();
      cli.print(safe(text, format, cli.terminal.live));
      cli.ends(EXIT.succeeded);
    });
};

/** What others read stays as it is; on a terminal nothing that a node wrote is obeyed. */
function safe(text: string, format: keyof typeof FORMATS, terminal: boolean): string {
  if (format === 'jsonl') return harmlessJson(text);
  return terminal && (format === 'csv' || format === 'junit') ? harmless(text) : text;
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
        lineOf(row),
      ]),
    ],
    '',
  );

const lines = (text = '') =>
  harmless(text)
    .split('\n')
    .filter((line) => line.trim() !== '');
const last = (stream: Row['stdout']) => lines(stream?.text ?? stream?.tail).at(-1);

/** How its output begins; of what did not succeed how it ends, which is where it says why. */
function lineOf({ outcome, stdout, stderr, reason }: Row): string {
  const said =
    outcome === 'succeeded'
      ? lines(stdout?.text ?? stdout?.head)[0]
      : (last(stderr) ?? last(stdout));
  return harmless(said ?? reason?.message ?? '').slice(0, MOST_CHARACTERS);
}
