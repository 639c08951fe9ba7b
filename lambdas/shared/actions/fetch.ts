import { POWERSHELL_DOCUMENT, SHELL_DOCUMENT } from '../../../contract/documents.ts';
import type { Reason } from '../../../contract/stored.ts';
import { decoded as decodedPowerShell } from './powershell.ts';
import { powershellFetch } from './powershellFetch.ts';
import { defaultOf, noVariant, type Of, type Platform, type Sending } from './sending.ts';
import { decoded } from './shell.ts';
import { shellFetch } from './shellFetch.ts';

/** @param kind what it must be; absent: a file or a directory */
export function fetchFor(
  { linux, windows, maxBytes }: Of<'fetch'>,
  executionSeconds: number,
  platform: Platform | undefined,
  kind?: 'file' | 'directory',
): Sending | Reason {
  const forWindows = platform === 'Windows';
  const path = forWindows ? windows : linux;
  if (path === undefined)
    return noVariant(`the fetch has no ${forWindows ? 'windows' : 'linux'} path`);
  return {
    document: defaultOf(forWindows ? POWERSHELL_DOCUMENT : SHELL_DOCUMENT),
    parameters: () => ({
      commands: [
        forWindows
          ? decodedPowerShell(powershellFetch({ path, maxBytes, kind }))
          : decoded(shellFetch({ path, maxBytes, kind }).join('\n')),
      ],
      executionTimeout: [String(executionSeconds)],
    }),
  };
}
