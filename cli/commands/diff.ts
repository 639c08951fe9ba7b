/** `fleetwide diff`: what changed between two dispatches. */
import { structuredPatch } from 'diff';
import { type Change, diff as compare, type Ended } from '../../report/diff.ts';
import type { AddCommand, Cli } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { Hub } from '../hub.ts';
import { rowsOf } from '../rows.ts';
import { textOf as outputOf } from '../output.ts';
import { bold, coloured, count, harmless, sizeText } from '../text.ts';

export const diff: AddCommand = (program, cli) => {
  program
    .command('diff')
    .description('what changed between two dispatches: nodes, outcomes, exit codes, output')
    .argument('<before>', 'dispatch id')
    .argument('<after>', 'dispatch id')
    .addHelpText(
      'after',
      `
Ends with 0 when nothing changed, with 1 when something did.

Examples:
  fleetwide diff kernel-2026-11-14 kernel-2026-11-21
  fleetwide diff kernel-2026-11-14 kernel-2026-11-21 --json`,
    )
    .action(async (before: string, after: string) => {
      cli.ends(await compared(cli, before, after));
    });
};

async function compared(cli: Cli, before: string, after: string): Promise<Exit> {
  const hub = await cli.hub();
  const { same, changes } = compare(await rowsOf(hub, before), await rowsOf(hub, after));
  if (cli.json()) cli.show({ before, after, same, changes }, () => '');
  else {
    cli.print(
      bold(`${before} → ${after}: ${count(changes.length, 'node')} changed, ${same} as before`),
    );
    for (const change of changes) for (const line of await textOf(hub, change)) cli.print(line);
  }
  return changes.length === 0 ? EXIT.succeeded : EXIT.nodes;
}

async function textOf(hub: Hub, change: Change): Promise<string[]> {
  const { before, after, aspects } = change;
  const who = `${harmless(change.name ?? change.node)} ${change.account} ${change.region}`;
  if (!after) return [`- ${who}: not matched any more (was ${before?.outcome})`];
  if (!before) return [`+ ${who}: new, ${ending(after)}`];
  const moved = aspects.includes('outcome') || aspects.includes('exit code');
  const said = aspects.filter((aspect) => aspect === 'stdout' || aspect === 'stderr');
  const lines = [
    `~ ${who}: ${moved ? `${ending(before)} → ${ending(after)}` : `${ending(after)} as before`}`,
  ];
  for (const name of said) lines.push(...(await changed(hub, name, before[name], after[name])));
  return lines;
}

const ending = ({ outcome, exitCode }: Ended): string =>
  coloured(outcome) + (exitCode === undefined ? '' : ` ${exitCode}`);

/** Lines that are shown of one output's change. */
const MOST_LINES = 20;
/** Longer outputs are compared by their hashes only: what would be shown says less than it costs. */
const MOST_BYTES = 1_000_000;

async function changed(
  hub: Hub,
  name: 'stdout' | 'stderr',
  before: Ended['stdout'],
  after: Ended['stdout'],
): Promise<string[]> {
  const long = [before, after].find((stream) => (stream?.bytes ?? 0) > MOST_BYTES);
  if (long)
    return [
      `    ${name} changed (${sizeText(before?.bytes ?? 0)}, now ${sizeText(after?.bytes ?? 0)})`,
    ];
  const texts = [await outputOf(hub, before), await outputOf(hub, after)].map((text) => text ?? '');
  const [then = '', now = ''] = texts;
  const { hunks } = structuredPatch('', '', then, now, '', '', { context: 1 });
  const lines = hunks
    .flatMap((hunk, n) => [...(n > 0 ? ['  …'] : []), ...hunk.lines])
    .filter((line) => !line.startsWith('\\'))
    .map((line) => `    ${line.slice(0, 1)} ${harmless(line.slice(1))}`);
  const more = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`    … ${count(more, 'more line')}`] : []),
  ];
}
