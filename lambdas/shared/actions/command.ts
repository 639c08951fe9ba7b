import { POWERSHELL_DOCUMENT, SHELL_DOCUMENT } from '../../../contract/documents.ts';
import type { Reason } from '../../../contract/stored.ts';
import { defaultOf, noVariant, type Of, type Platform, type Sending } from './sending.ts';

export function commandFor(
  action: Of<'command'>,
  executionTimeout: readonly string[],
  platform: Platform | undefined,
): Sending | Reason {
  const windows = platform === 'Windows';
  const commands = windows ? action.windows : action.linux;
  if (!commands) return noVariant(`the request has no ${windows ? 'windows' : 'linux'} lines`);
  const { workingDirectory } = action;
  return {
    document: defaultOf(windows ? POWERSHELL_DOCUMENT : SHELL_DOCUMENT),
    parameters: () => ({
      commands,
      executionTimeout,
      ...(workingDirectory && { workingDirectory: [workingDirectory] }),
    }),
  };
}
