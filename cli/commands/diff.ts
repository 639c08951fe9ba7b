/** `fleetwide diff`: what changed between two dispatches. */
import { type Change, diff as compare, type Ended } from '../../report/diff.ts';
import type { AddCommand, Cli } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import { rowsOf } from '../rows.ts';
import { bold, coloured, count, harmless } from '../text.ts';

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
  cli.show({ before, after, same, changes }, () =>
    [
      bold(`${before} → ${after}: ${count(changes.length, 'node')} changed, ${same} as before`),
      ...changes.flatMap(textOf),
    ].join('\n'),
  );
  return changes.length === 0 ? EXIT.succeeded : EXIT.nodes;
}

function textOf(change: Change): string[] {
  const { before, after, aspects } = change;
  const who = `${harmless(change.name ?? change.node)} ${change.account} ${change.region}`;
  if (!after) return [`- ${who}: not matched any more (was ${before?.outcome})`];
  if (!before) return [`+ ${who}: new, ${ending(after)}`];
  const moved = aspects.includes('outcome') || aspects.includes('exit code');
  const said = aspects.filter((aspect) => aspect === 'stdout' || aspect === 'stderr');
  return [
    `~ ${who}: ${moved ? `${ending(before)} → ${ending(after)}` : `${ending(after)} as before`}`,
    ...said.flatMap((name) => [...quoted('-', before[name]), ...quoted('+', after[name])]),
  ];
}

const ending = ({ outcome, exitCode }: Ended): string =>
  coloured(outcome) + (exitCode === undefined ? '' : ` ${exitCode}`);

const MOST_LINES = 5;

function quoted(mark: string, stream: Ended['stdout']): string[] {
  if (!stream || stream.bytes === 0) return [];
  if (stream.text === undefined) return [`    ${mark} ${count(stream.bytes, 'byte')}, not shown`];
  const lines = harmless(stream.text).replace(/\n$/, '').split('\n');
  const more = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES).map((line) => `    ${mark} ${line}`),
    ...(more > 0 ? [`    ${mark} … ${more} more lines`] : []),
  ];
}
