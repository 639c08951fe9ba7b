/** What every command is given, and what it is: one file in commands/, one line in commands.ts. */
import type { Command } from 'commander';
import type { Exit } from './exit.ts';
import type { Hub } from './hub.ts';
import type { Name, Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface Cli {
  readonly terminal: Terminal;
  /** Whether a program reads what is printed: --json. */
  json(): boolean;
  /** The hub that --region and --profile lead to; connects, so after what can be checked before. */
  hub(): Promise<Hub>;
  /** The layers of settings; `flags` are those of the command. */
  settings(flags?: Partial<Readonly<Record<Name, string | undefined>>>): Promise<Settings>;
  /** A line on stdout. */
  readonly print: (line: string) => void;
  /** `value` for a program, or the text for a person. */
  show(value: unknown, text: () => string): void;
  /** What the program ends with. */
  ends(exit: Exit): void;
}

export type AddCommand = (program: Command, cli: Cli) => void;

/** For options that are repeated. */
export const several = (value: string, all: readonly string[] = []): string[] => [...all, value];
