import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { STEPS, type Step } from '../contract/names.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles all handlers in one go (eight runs of a bundler take eight times as long).
 * Writes `<out>/<step>/index.mjs` and returns the folder of a step. Same sources, same bytes: nothing of
 * the machine or of the moment gets in, so that the assets' hashes say whether the code changed.
 */
export function bundle(out: string): (step: Step) => string {
  buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(STEPS.map((s) => [`${s}/index`, `lambdas/${s}/handler.ts`])),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // ESM first: the same library twice, once per module system, would only weigh.
    mainFields: ['module', 'main'],
    // Some CommonJS inside calls require() for Node's own modules.
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
    minify: true,
    // Error names are part of the contract with the state machine.
    keepNames: true,
    charset: 'utf8',
    logLevel: 'warning',
  });
  return (step) => join(out, step);
}
