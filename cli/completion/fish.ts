/** Completion for fish: one line for each thing that can be typed. */
import type { Known, KnownOption } from './tree.ts';

export const fish = (tree: readonly Known[]): string =>
  [
    '# fleetwide completion for fish',
    'complete -c fleetwide -f',
    ...tree.flatMap((k) => linesOf(k)),
    '',
  ].join('\n');

function linesOf({ path, commands, options, choices }: Known): string[] {
  const names = path.split(' ').filter((name) => name !== '');
  const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`);
  const all = [...commands.map((c) => c.name), ...choices];
  // A command is offered until one is typed.
  const open = all.length > 0 ? [`not __fish_seen_subcommand_from ${all.join(' ')}`] : [];
  const here = condition([...seen, ...(path === '' ? open : [])]);
  return [
    ...commands.map((c) => line(condition([...seen, ...open]), `-a ${c.name}`, c.description)),
    ...choices.map((c) => line(condition([...seen, ...open]), `-a ${c}`, '')),
    ...options.map((o) => line(here, optionOf(o), o.description)),
  ];
}

const condition = (tests: readonly string[]): string => tests.join('; and ');

function optionOf({ long, value }: KnownOption): string {
  const name = `-l ${long.slice(2)}`;
  if (value === undefined) return name;
  if (value === 'file') return `${name} -r -F`;
  return value === 'other' ? `${name} -x` : `${name} -x -a ${quoted(value.join(' '))}`;
}

const line = (when: string, what: string, description: string): string =>
  [
    'complete -c fleetwide',
    ...(when === '' ? [] : [`-n ${quoted(when)}`]),
    what,
    ...(description === '' ? [] : [`-d ${quoted(description)}`]),
  ].join(' ');

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
