/** Commander's tree → docs/cli.md. */
import type { Command } from 'commander';
import { build } from '../cli/main.ts';
import type { Terminal } from '../cli/terminal.ts';

/** As wide as a page of text. */
const WIDTH = 100;

export function cliDocument(): string {
  const program = build(nowhere, () => undefined);
  return [
    '# The command line',
    '',
    'Each section is what `fleetwide <command> --help` prints. Written from the commands by `npm run docs`.',
    '',
    ...sections(program, 'fleetwide'),
  ].join('\n');
}

function sections(command: Command, path: string): string[] {
  const children = command.createHelp().visibleCommands(command);
  const help = helpOf(command).trimEnd();
  return [
    `## ${path}`,
    '',
    '```text',
    help,
    '```',
    '',
    ...children
      .filter((child) => child.name() !== 'help')
      .flatMap((child) => sections(child, `${path} ${child.name()}`)),
  ];
}

/** With what stands around the help proper: the examples. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

const nowhere: Terminal = {
  interactive: false,
  live: false,
  columns: WIDTH,
  rows: 0,
  print: () => undefined,
  complain: () => undefined,
  draw: () => undefined,
  ask: () => Promise.resolve(undefined),
  onInterrupt: () => () => undefined,
};
