/** Commander's tree as the completions need it. */
import type { Command, Option } from 'commander';

export interface Known {
  /** Names from the program on: `''`, `run`, `config show`. */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly KnownOption[];
  /** What its first argument may be, where that is known. */
  readonly choices: readonly string[];
}

export interface KnownOption {
  readonly long: string;
  readonly description: string;
  readonly value?: 'file' | 'other' | readonly string[];
}

/** The program's own options are taken behind every command. */
export function treeOf(program: Command): Known[] {
  const alone = ['--help', '--version'];
  const global = visible(program).filter(({ long }) => !alone.includes(long));
  const walk = (command: Command, path: string): Known[] => {
    const children = command.createHelp().visibleCommands(command);
    const subcommands = children.filter((child) => child.name() !== 'help');
    const own = visible(command);
    return [
      {
        path,
        description: command.description(),
        commands: subcommands.map((c) => ({ name: c.name(), description: c.description() })),
        options: path === '' ? own : [...own, ...global],
        choices: command.registeredArguments[0]?.argChoices ?? [],
      },
      ...subcommands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim())),
    ];
  };
  return walk(program, '');
}

const visible = (command: Command): KnownOption[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap((option) => known(option));

function known(option: Option): KnownOption[] {
  const { long, description } = option;
  if (!long) return [];
  if (!option.required && !option.optional) return [{ long, description }];
  return [{ long, description, value: option.argChoices ?? (isFile(option) ? 'file' : 'other') }];
}

/** `--script <file>`: what a person is asked for. */
const isFile = ({ flags }: Option): boolean => /<(file|folder)/.test(flags);

/** Options of one kind in the whole tree: a name means the same in every command, or it is in none of these. */
export const valued = (tree: readonly Known[]): string[] => [
  ...new Set(tree.flatMap((k) => k.options.filter((o) => o.value).map((o) => o.long))),
];
