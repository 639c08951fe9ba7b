/** What the documents show is right: each request and configuration is valid, each link leads somewhere. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { parseConfig } from '../../contract/config.ts';
import { parseRequest } from '../../contract/request.ts';

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

const ConfigFile = z.record(z.string(), z.unknown());

const fields = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];

/** What a block of JSON or YAML is told by its fields. */
function check(value: unknown): void {
  const names = fields(value);
  if (names.includes('action')) parseRequest(value);
  // An ExternalId that is left out is made when the stacks are synthesised.
  else if (names.includes('hub'))
    parseConfig({ externalId: 'made-when-it-is-missing', ...ConfigFile.parse(value) });
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

it('tells a request that is wrong', () => {
  expect(() => check({ action: { type: 'fly' }, targets: {} })).toThrow('action.type');
});
