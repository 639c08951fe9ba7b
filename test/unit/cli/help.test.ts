/** What --help and the documents show is what there is: every command has examples, and each of them parses. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { build } from '../../../cli/main.ts';
import { fakeTerminal } from './support.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The tree with commands that do nothing. */
function idle(): Command {
  const program = build(fakeTerminal(), () => undefined);
  const still = (command: Command): void => {
    command.configureOutput({ writeErr: () => undefined }).exitOverride();
    if (command.commands.length === 0) command.action(() => undefined);
    for (const child of command.commands) still(child);
  };
  still(program);
  return program;
}

function pathsOf(command: Command, path = 'fleetwide'): [string, Command][] {
  const children = command.commands.map((child) => pathsOf(child, `${path} ${child.name()}`));
  return [[path, command], ...children.flat()];
}

/** A shell line → its words; a pipe or redirection ends it. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, single, double, bare] of line.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|(\S+)/g)) {
    if (bare !== undefined && /^([|>#]|&&)/.test(bare)) break;
    words.push(single ?? double ?? bare ?? '');
  }
  return words;
}

/** Lines that start with `fleetwide`, with those that they are continued on. */
const linesOf = (text: string): string[] =>
  [...text.matchAll(/^(?: {2}|\$ )?((?:npx )?fleetwide (?:[^\n]*\\\n)*[^\n]*)/gm)].map(
    ([, line = '']) => line.replaceAll(/\\\n\s*/g, '').replace(/^npx /, ''),
  );

const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
};

describe('--help', () => {
  const all = pathsOf(idle()).filter(([path]) => path !== 'fleetwide');

  it.each(all)('of %s says what it is for, with examples', (path, command) => {
    expect(command.description()).not.toBe('');
    const [, examples = ''] = helpOf(command).split('Examples:\n');
    expect(linesOf(examples).some((line) => line.startsWith(path))).toBe(true);
  });

  it.each(all)('of %s shows examples that parse', async (_, command) => {
    for (const line of linesOf(helpOf(command).split('Examples:\n')[1] ?? ''))
      await expect(idle().parseAsync(['node', ...wordsOf(line)])).resolves.toBeDefined();
  });
});

describe('the documents', () => {
  const documents = ['.', 'docs', ...folders('examples')].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md') && name !== 'cli.md')
      .map((name) => join(folder, name)),
  );
  const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf-8');
  const shown = documents.flatMap((path) =>
    [...textOf(path).matchAll(/```\w*\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
      linesOf(block).map((line) => [path, line] as const),
    ),
  );
  /** Within a sentence or a table, where what they are about may be left out. */
  const mentioned = documents.flatMap((path) =>
    [...textOf(path).matchAll(/`(?:npx )?(fleetwide [a-z][^`]*)`/g)].map(
      ([, text = '']) => [path, text.replaceAll(/\s+/g, ' ')] as const,
    ),
  );

  it.each(mentioned)('%s mentions what there is: %s', (_, line) => {
    let command: Command | undefined = idle();
    for (const word of wordsOf(line).slice(1)) {
      if (/^[a-z]/.test(word) && command.commands.length > 0) {
        const [name = ''] = word.split('|');
        command = command.commands.find((child) => child.name() === name);
      }
      if (!command) throw new Error(`no command ${word}`);
      if (!word.startsWith('--') || word === '--') continue;
      const long = /^--[a-z-]+/.exec(word)?.[0];
      const global = build(fakeTerminal(), () => undefined).options;
      expect([...command.options, ...global].map((option) => option.long)).toContain(long);
    }
  });

  const STACKS = ['Hub', 'HubRegion-*', 'Onboarding', 'SpokeAccount', 'SpokeRegion', '--all'];

  it('name stacks that there are', () => {
    const named = documents.flatMap((path) =>
      [...textOf(path).matchAll(/cdk (?:deploy|destroy|diff|synth) ([^`\n#]+)/g)].flatMap(
        ([, words = '']) =>
          wordsOf(words).filter((word) => /^[A-Z]/.test(word) && !word.startsWith('-')),
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(
      named.filter((name) => !STACKS.includes(name) && !name.startsWith('HubRegion-')),
    ).toEqual([]);
  });

  it('show commands', () => {
    expect(shown.length).toBeGreaterThan(10);
  });

  it.each(shown)('%s: %s', async (_, line) => {
    const words = wordsOf(line).map((word) => (/^<.*>$/.test(word) ? 'an-id' : word));
    await expect(idle().parseAsync(['node', ...words])).resolves.toBeDefined();
  });
});

function folders(name: string): string[] {
  return [
    name,
    ...readdirSync(join(ROOT, name), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
  ];
}
