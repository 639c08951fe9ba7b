import { POWERSHELL_DOCUMENT, SHELL_DOCUMENT } from '../../../contract/documents.ts';
import type { Reason } from '../../../contract/stored.ts';
import { inlinePowerShell } from './powershellRunner.ts';
import type { Program } from './program.ts';
import { inlineCommands } from './scriptRunner.ts';
import { defaultOf, noVariant, type Of, type Platform, type Sending, sha256 } from './sending.ts';

export function commandFor(
  action: Of<'command'>,
  executionSeconds: number,
  platform: Platform | undefined,
  variables: Readonly<Record<string, string>> = {},
): Sending | Reason {
  const windows = platform === 'Windows';
  const commands = windows ? action.windows : action.linux;
  if (!commands) return noVariant(`the request has no ${windows ? 'windows' : 'linux'} lines`);
  const { workingDirectory, runAs } = action;
  if (runAs && (windows ? runAs.windows : runAs.linux) === undefined)
    return noVariant(`runAs names no user for ${windows ? 'Windows' : 'Linux and macOS'}`);
  const document = defaultOf(windows ? POWERSHELL_DOCUMENT : SHELL_DOCUMENT);
  const executionTimeout = [String(executionSeconds)];
  if (isPlain(action) && Object.keys(variables).length === 0)
    return {
      document,
      parameters: () => ({
        commands,
        executionTimeout,
        ...(workingDirectory && { workingDirectory: [workingDirectory] }),
      }),
    };
  // What Systems Manager and the agent's own script must not touch travels as a script does.
  const text = commands.map((line) => `${line}\n`).join('');
  return {
    document,
    parameters: ({ region }) => {
      const program: Program = {
        name: windows ? 'command.ps1' : 'command.sh',
        sha256: sha256(text),
        text,
        arguments: [],
        environment: variables,
        workingDirectory,
        secrets: action.secrets,
        region,
        timeoutSeconds: executionSeconds,
      };
      return {
        commands: windows
          ? inlinePowerShell(program, runAs?.windows)
          : inlineCommands(program, runAs?.linux),
        executionTimeout,
      };
    },
  };
}

/** Its lines go as they are: the agent's history shows what a person wrote. */
const isPlain = ({ runAs, secrets, braces }: Of<'command'>): boolean =>
  runAs === undefined && Object.keys(secrets).length === 0 && braces === 'refused';
