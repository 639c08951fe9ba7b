/**
 * `npm run docs:demo` puts what the demo prints into the README, and a line of what its request comes to;
 * test/workflow/readme.test.ts holds it to that.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { start } from '../local/start.ts';

const README = new URL('../README.md', import.meta.url);
const SHOWN = /(<!-- demo -->\n```\n)[\s\S]*?(```)/;

const RESULT = /(<!-- result -->\n```json\n)[\s\S]*?(```)/;
const REQUEST = 'examples/first-request/request.json';

const run = async (
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) => {
  const { stdout } = await promisify(execFile)(process.execPath, [...words], {
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, NO_COLOR: '1', ...environment },
  });
  return stdout;
};

const stdout = await run(['local/demo.ts']);
const [, dispatch = ''] = /^(\$ fleetwide [\s\S]*?\n)\nIts page/m.exec(stdout) ?? [];
if (dispatch === '') throw new Error(`the demo printed no dispatch:\n${stdout}`);

const local = await start();
const cli = (...words: readonly string[]) => run(['bin/fleetwide.ts', ...words], local.environment);
await cli('run', '--name', 'first', '--request', REQUEST, '--yes');
const [result = ''] = (await cli('results', 'first', '--format', 'jsonl')).split('\n');
await local.close();

const put = (text: string, where: RegExp, what: string): string =>
  text.replace(where, (_, before: string, after: string) => `${before}${what}${after}`);
const readme = await readFile(README, 'utf-8');
await writeFile(README, put(put(readme, SHOWN, dispatch), RESULT, `${result}\n`));
