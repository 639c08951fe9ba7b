import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { documents } from '../../docs/generate.ts';

const all = Object.entries(await documents());

describe('the generated documents', () => {
  it.each(all)('docs/%s is current (npm run docs)', async (name, text) => {
    expect(await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf-8')).toBe(text);
  });
});
