/** What the README shows is what happens: its request is valid, its demo is the demo, its commands exist. */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Row } from '../../contract/stored.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

describe('the README', () => {
  let readme = '';
  beforeAll(async () => {
    readme = await readFile(join(ROOT, 'README.md'), 'utf-8');
  });

  it('shows a request that the examples run, and a line of its results', async () => {
    const [, json = ''] = /```json\n(\{\n[\s\S]*?\n\})\n```/.exec(readme) ?? [];
    const example = await readFile(join(ROOT, 'examples/first-request/request.json'), 'utf-8');
    expect(JSON.parse(json)).toEqual(JSON.parse(example));
    const [, line = ''] = /<!-- result -->\n```json\n(.*)\n```/.exec(readme) ?? [];
    expect(Row.parse(JSON.parse(line))).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
  });

  it('shows what the demo prints', async () => {
    const { stdout } = await run(process.execPath, ['local/demo.ts'], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
    });
    const [, shown = ''] = /<!-- demo -->\n```\n([\s\S]*?)```/.exec(readme) ?? [];
    // Which looks fell between two states differs from run to run.
    const steady = (text: string) =>
      text.split('\n').filter((line) => !/^wave \d/.test(line) && line !== '');
    const printed = new Set(steady(stdout));
    expect(steady(shown).filter((line) => !printed.has(line))).toEqual([]);
    expect(steady(shown).length).toBeGreaterThan(20);
    expect(stdout).toMatch(/AWS calls: .*ssm:SendCommand \d+/);
    expect(stdout).toMatch(/State transitions: \d+; scripts run: 11/);
  });

  it('links to files that exist', async () => {
    for (const [, path = ''] of readme.matchAll(/\]\((?!http)([^)#]+)\)/g))
      expect((await stat(join(ROOT, path))).size).toBeGreaterThan(0);
  });
});
