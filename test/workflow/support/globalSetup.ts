/**
 * Synthesises the app once for all tests: templates and bundles as they would be deployed. The same sources give
 * the same assembly, so a later run takes the one that is there.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
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
const SOURCES = ['bin', 'contract', 'lambdas', 'lib', 'report'].map((room) => `${room}/**/*`);

export default async function globalSetup(): Promise<void> {
  const assembly = join(CACHE, `assembly-${fingerprint()}`);
  if (!existsSync(assembly)) {
    rmSync(CACHE, { recursive: true, force: true });
    mkdirSync(CACHE, { recursive: true });
    const outdir = join(CACHE, `making-${process.pid}`);
    await synthesise(outdir, CONFIG);
    renameSync(outdir, assembly);
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
