import { rmSync } from 'node:fs';

export default function globalTeardown(): void {
  const outdir = process.env.FLEETWIDE_TEST_ASSEMBLY;
  if (outdir) rmSync(outdir, { recursive: true, force: true });
}
