import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step } from '../contract/names.ts';

const bundler = fileURLToPath(new URL('bundler.ts', import.meta.url));

/**
 * Bundles all handlers in one go (eight runs of a bundler take eight times as long).
 * Writes `<out>/<step>/index.mjs` and returns the folder of a step. Same sources, same bytes: nothing of
 * the machine or of the moment gets in, so that the assets' hashes say whether the code changed.
 */
export function bundle(out: string): (step: Step) => string {
  execFileSync(process.execPath, [bundler, out], { stdio: ['ignore', 'inherit', 'inherit'] });
  return (step) => join(out, step);
}
