import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONFIG_KEY } from '../../lib/configKey.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes the cloud assembly of the app into `outdir`. In a process of its own: the CDK takes several hundred
 * MB, and the embedded AWS need not carry them.
 */
export async function synthesise(outdir: string, configPath: string): Promise<void> {
  await promisify(execFile)(process.execPath, ['bin/app.ts'], {
    cwd: root,
    env: {
      ...process.env,
      // Flags meant for this process (a debugger, a test runner) are not meant for that one.
      NODE_OPTIONS: '',
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ [CONFIG_KEY]: configPath }),
    },
    maxBuffer: 64 * 1024 * 1024,
  });
}
