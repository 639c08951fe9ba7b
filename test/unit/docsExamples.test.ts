/** What the documents show exists: each request parses, each command line is one of the program's, each link leads somewhere. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { parse as parseYaml } from 'yaml';
import { build } from '../../cli/main.ts';
import { processTerminal } from '../../cli/terminal.ts';
import { parseConfig } from '../../contract/config.ts';
import { parseStart } from '../../contract/request.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCUMENTS = globSync(['README.md', 'CONTRIBUTING.md', 'docs/*.md', 'examples/**/README.md'], {
  cwd: ROOT,
})
  .filter((path) => !path.includes('node_modules'))
  .toSorted();

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```([a-z]*)[^\n]*\n([\s\S]*?)^```/gm)].map(
    ([, language = '', body = '']) => ({
      language,
      text: body,
    }),
  );

/** Words as a shell cuts them; `# …` is a comment, `\` joins lines. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g)) {
    if (word.startsWith('#')) break;
    words.push(
      word.replaceAll(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, (_, single, double, escaped) =>
        String(single ?? double ?? escaped),
      ),
    );
  }
  return words;
}

const commandLines = (text: string): string[] =>
  blocksOf(text)
    .filter(({ language }) => language === '' || language === 'sh' || language === 'bash')
    .flatMap((block) => block.text.replaceAll('\\\n', ' ').split('\n'))
    .map((line) => line.replace(/^\$ /, ''))
    .filter((line) => /^(npx )?fleetwide /.test(line));

const terminal = processTerminal();
const tree = (): Command => build(terminal, () => undefined);

/** The command that the words lead to, and what is left for it. */
function find(program: Command, words: readonly string[]): { command: Command; rest: string[] } {
  let command = program;
  const rest = [...words];
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0]);
    if (!next) return { command, rest };
    rest.shift();
    command = next;
  }
}

function problemsOf(line: string): string[] {
  const { command, rest } = find(tree(), wordsOf(line.replace(/^npx /, '')).slice(1));
  if (command.commands.length > 0) return [`no such command: ${rest[0] ?? ''}`];
  const dashes = rest.indexOf('--');
  const own = dashes < 0 ? rest : rest.slice(0, dashes);
  const global = new Set(['--json', '--region', '--profile', '--help']);
  const { operands, unknown } = command.parseOptions(own);
  const wanted = command.registeredArguments.filter(({ required }) => required).length;
  const given = operands.length + (dashes < 0 ? 0 : rest.length - dashes - 1);
  return [
    ...unknown
      .filter((word) => word.startsWith('-') && !global.has(word))
      .map((w) => `unknown ${w}`),
    ...(given < wanted ? [`needs ${wanted} arguments, has ${given}`] : []),
  ];
}

const fields = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];

/** What a block of JSON or YAML is told by its fields. */
function check(value: unknown): void {
  const names = fields(value);
  if (names.includes('action') || names.includes('plan')) parseStart(value);
  else if (names.includes('hub')) parseConfig(value);
}

describe.each(DOCUMENTS)('%s', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf-8');

  it('shows requests and configurations that are valid', () => {
    const values = blocksOf(text).flatMap(({ language, text: body }): unknown[] => {
      if (language === 'json') return jsonIn(body);
      return language === 'yaml' ? [parseYaml(body)] : [];
    });
    for (const value of values) expect(() => check(value)).not.toThrow();
  });

  it('shows commands that exist', () => {
    const wrong = commandLines(text).flatMap((line) =>
      problemsOf(line).map((problem) => `${line}: ${problem}`),
    );
    expect(wrong).toEqual([]);
  });

  it('links to files that exist', () => {
    const missing = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, to = '']) => to)
      .filter((to) => !existsSync(resolve(ROOT, dirname(path), to)));
    expect(missing).toEqual([]);
  });
});

/** One value, or one a line. */
function jsonIn(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  }
}

it('tells a wrong command line, request and link', () => {
  expect(problemsOf('fleetwide run --no-such-flag')).toContain('unknown --no-such-flag');
  expect(problemsOf('fleetwide fly')).toEqual(['no such command: fly']);
  expect(problemsOf('npx fleetwide results')).toEqual(['needs 1 arguments, has 0']);
  expect(() => check({ action: { type: 'fly' }, targets: {} })).toThrow('InvalidRequest');
});
