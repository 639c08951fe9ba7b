/** How large is each function's code, and what does bundling save at its start? */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { STEPS } from '../contract/names.ts';
import { bundle } from '../lib/bundle.ts';
import { alone, type Answer, count } from './support/table.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RUNS = 5;
const ENVIRONMENT = {
  RESULTS_BUCKET: 'bucket',
  PARTITION: 'aws',
  HUB_ACCOUNT: '111122223333',
  EXTERNAL_ID: 'external',
  AWS_REGION: 'eu-west-1',
};

/** Median time (ms) that a fresh process takes to import a module, beyond the process itself. */
async function importTime(module: string): Promise<number> {
  const script = `const t=performance.now();await import(${JSON.stringify(module)}).catch(()=>0);console.log(performance.now()-t)`;
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
      { cwd: ROOT, env: { ...process.env, ...ENVIRONMENT } },
    );
    times.push(Number(stdout.trim().split('\n').at(-1)));
  }
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
}

export async function size(): Promise<Answer> {
  const out = mkdtempSync(join(tmpdir(), 'fleetwide-bundles-'));
  const rows: (string | number)[][] = [];
  try {
    const folderOf = bundle(out);
    for (const step of STEPS) {
      const file = join(folderOf(step), 'index.mjs');
      const plain = join(ROOT, 'lambdas', step, 'handler.ts');
      if (!existsSync(file)) continue;
      const ratio = (await importTime(file)) / (await importTime(plain));
      rows.push([step, count(statSync(file).size), ratio.toFixed(2)]);
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  return {
    title: 'Code of the functions',
    head: ['function', 'bundle (bytes)', 'import time, bundled / not bundled'],
    rows,
    notes: [
      'Goal: at most 1,000,000 bytes each, minified. The ratio is of two medians of the same run, each in fresh processes; without a bundle the same handler is imported with its packages as they are installed.',
    ],
  };
}

await alone(import.meta, size);
