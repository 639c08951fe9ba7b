/** Synthesises the app once for all tests: templates and bundles as they would be deployed. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../../../local/deploy/index.ts';

export default async function globalSetup(): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), 'fleetwide-assembly-'));
  await synthesise(outdir, join(import.meta.dirname, 'config.json'));
  process.env.FLEETWIDE_TEST_ASSEMBLY = outdir;
}
