/** `npm run docs:demo` puts what the demo prints into the README; test/workflow/readme.test.ts holds it to that. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const README = new URL('../README.md', import.meta.url);
const SHOWN = /(<!-- demo -->\n```\n)[\s\S]*?(```)/;

const { stdout } = await promisify(execFile)(process.execPath, ['local/demo.ts'], {
  cwd: new URL('..', import.meta.url),
  env: { ...process.env, NO_COLOR: '1' },
});
const [, dispatch = ''] = /^(\$ fleetwide [\s\S]*?\n)\nexit code/m.exec(stdout) ?? [];
if (dispatch === '') throw new Error(`the demo printed no dispatch:\n${stdout}`);
const readme = await readFile(README, 'utf-8');
await writeFile(
  README,
  readme.replace(SHOWN, (_, before: string, after: string) => `${before}${dispatch}${after}`),
);
