/** `fleetwide diff`: what changed between two dispatches. */
import { type Change, diff as compare, type Ended } from '../report/diff.ts';
import { EXIT, type Exit } from './exit.ts';
import type { Print } from './follow.ts';
import type { Hub } from './hub.ts';
import { rowsOf } from './rows.ts';
import { bold, coloured, count, harmless } from './text.ts';

export async function diff(
  hub: Hub,
  before: string,
  after: string,
  flags: { readonly json?: boolean },
  print: Print,
): Promise<Exit> {
  const { same, changes } = compare(await rowsOf(hub, before), await rowsOf(hub, after));
  if (flags.json) print(JSON.stringify({ before, after, same, changes }, null, 2));
  else {
    print(
      bold(`${before} → ${after}: ${count(changes.length, 'node')} changed, ${same} as before`),
    );
    for (const change of changes) for (const line of textOf(change)) print(line);
  }
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
