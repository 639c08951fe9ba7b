/** `fleetwide logs`: what the nodes wrote, whole. */
import type { Row, Stream } from '../../contract/stored.ts';
import { type AddCommand, type Cli, several } from '../command.ts';
import { CliError, EXIT, type Exit } from '../exit.ts';
import { rowsAsTheyCome } from '../follow/rows.ts';
import type { Hub } from '../hub.ts';
import { textOf } from '../output.ts';
import { isNode, rowsOf } from '../rows.ts';
import { bold, coloured, harmless, jsonOf } from '../text.ts';

interface Flags {
  readonly node?: readonly string[];
  readonly failed?: boolean;
  readonly follow?: boolean;
}

export const logs: AddCommand = (program, cli) => {
  program
    .command('logs')
    .description('what the nodes wrote, whole; control characters are shown, not obeyed')
    .argument('<id>', 'dispatch id')
    .option('--node <id or name>', 'only this node; repeatable', several)
    .option('--failed', 'only nodes that did not succeed')
    .option(
      '--follow',
      'while it runs: what each group of accounts wrote, as soon as it has ended there',
    )
    .addHelpText(
      'after',
      `
With --json: an object per line and node, with the exact text.

Examples:
  fleetwide logs restart-2026-11-21 --failed
  fleetwide logs restart-2026-11-21 --follow
  fleetwide logs restart-2026-11-21 --node web-1a --node i-0123456789abcdef0`,
    )
    .action(async (id: string, flags: Flags) => {
      cli.ends(await told(cli, id, flags));
    });
};

async function told(cli: Cli, id: string, flags: Flags): Promise<Exit> {
  const hub = await cli.hub();
  const missing = new Set(flags.node);
  const batches = flags.follow ? rowsAsTheyCome(hub, id) : [await rowsOf(hub, id)];
  for await (const rows of batches) {
    for (const { node, name = node } of rows)
      for (const known of [node, name]) missing.delete(known);
    await print(cli, hub, rows.filter(wantedBy(flags)));
  }
  if (missing.size > 0)
    throw new CliError(`dispatch ${id} has no node ${[...missing].join(', ')}`, EXIT.request);
  return EXIT.succeeded;
}

const wantedBy = ({ node, failed }: Flags) => {
  const named = node ? isNode(node) : () => true;
  return (row: Row): boolean => named(row) && (!failed || row.outcome !== 'succeeded');
};

/** One after the other: at the end of a fleet there may be megabytes. */
async function print(cli: Cli, hub: Hub, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    const stdout = await textOf(hub, row.stdout);
    const stderr = await textOf(hub, row.stderr);
    if (cli.json()) cli.print(jsonOf({ ...headOf(row), stdout, stderr }));
    else {
      cli.print(heading(row));
      for (const line of [...marked('| ', stdout, row.stdout), ...marked('! ', stderr, row.stderr)])
        cli.print(line);
    }
  }
}

const headOf = ({ account, region, node, name, outcome, exitCode, reason }: Row) => ({
  account,
  region,
  node,
  name,
  outcome,
  exitCode,
  reason,
});

function heading(row: Row): string {
  const who = harmless(row.name ? `${row.name} (${row.node})` : row.node);
  const exit = row.exitCode === undefined ? '' : `, exit code ${row.exitCode}`;
  const why = row.reason ? `: ${harmless(row.reason.message)}` : '';
  return `${bold(who)} ${row.account} ${row.region}: ${coloured(row.outcome)}${exit}${why}`;
}

function marked(mark: string, text: string, stream: Stream | undefined): string[] {
  if (text === '') return [];
  const lines = harmless(text).replace(/\n$/, '').split('\n');
  return [
    ...lines.map((line) => mark + line),
    ...(stream?.truncated ? [`${mark}… cut by Systems Manager`] : []),
  ];
}
