/**
 * Synthesises the app once for all tests: templates and bundles as they would be deployed. The same sources give
 * the same assembly, so a later run takes the one that is there.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { synthesise } from '../../../local/deploy/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const CONFIG = join(import.meta.dirname, 'config.json');
const CACHE = join(ROOT, 'node_modules/.cache/fleetwide');
const A_DAY_MS = 24 * 3_600_000;
const SOURCES = ['bin', 'contract', 'lambdas', 'lib', 'report'].map((room) => `${room}/**/*`);

export default async function globalSetup(): Promise<void> {
  const assembly = join(CACHE, `assembly-${fingerprint()}`);
  if (!existsSync(assembly)) {
    mkdirSync(CACHE, { recursive: true });
    // Another run may still read a young one.
    for (const old of readdirSync(CACHE))
      if (Date.now() - statSync(join(CACHE, old)).mtimeMs > A_DAY_MS)
        rmSync(join(CACHE, old), { recursive: true, force: true });
    const outdir = join(CACHE, `making-${process.pid}`);
    await synthesise(outdir, CONFIG);
    try {
      renameSync(outdir, assembly);
    } catch (error) {
      // Another run was faster.
      if (!existsSync(assembly)) throw error;
      rmSync(outdir, { recursive: true, force: true });
    }
  }
  process.env.FLEETWIDE_TEST_ASSEMBLY = assembly;
}

/** Of all that the assembly is made of. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const files = [...globSync(SOURCES, { cwd: ROOT }), 'cdk.json', 'package-lock.json'];
  for (const file of files.toSorted()) {
    const path = join(ROOT, file);
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.update(readFileSync(CONFIG)).digest('hex').slice(0, 16);
}
