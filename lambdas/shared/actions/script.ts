import {
  POWERSHELL_DOCUMENT,
  REMOTE_SCRIPT_DOCUMENT,
  SHELL_DOCUMENT,
} from '../../../contract/documents.ts';
import { isWindowsPath, scriptName } from '../../../contract/actions/script.ts';
import { artifactKey } from '../../../contract/names.ts';
import type { Reason } from '../../../contract/stored.ts';
import { inlinePowerShell, remotePowerShell } from './powershellRunner.ts';
import type { Program } from './program.ts';
import { inlineCommands, remoteCommandLine } from './scriptRunner.ts';
import {
  type Artifact,
  defaultOf,
  noVariant,
  type Of,
  type Place,
  type Platform,
  type Sending,
  sha256,
  unpinned,
  urlOf,
} from './sending.ts';

type Script = Of<'script'>;

const isPowerShell = (interpreter: string | undefined) =>
  interpreter === 'pwsh' || interpreter === 'powershell';

/** PowerShell runs a file only if its name says so. */
function fileName(action: Script): string {
  const name = scriptName(action);
  return isPowerShell(action.interpreter) && !/\.ps1$/i.test(name) ? `${name}.ps1` : name;
}

/** A script named x.ps1 is PowerShell's, unless the request says otherwise. */
const interpreterOf = (action: Script): string | undefined =>
  action.interpreter ?? (/\.ps1$/i.test(scriptName(action)) ? 'powershell' : undefined);

const hashOf = ({ text, object }: Script): string =>
  text === undefined ? (object?.sha256 ?? unpinned) : sha256(text);

/** What has to lie in the exchange buckets before anything is sent. */
export function artifactOf(action: Script): Artifact | undefined {
  if (action.delivery !== 's3') return undefined;
  const hash = hashOf(action);
  return {
    sha256: hash,
    key: artifactKey(hash, fileName(action)),
    from: action.text === undefined ? { uri: action.object?.uri ?? '' } : { body: action.text },
  };
}

/** Of the script itself, wherever it travels. */
export const contentOf = (action: Script): { readonly sha256: string; readonly key?: string } => {
  const staged = artifactOf(action);
  return { sha256: hashOf(action), ...(staged && { key: staged.key }) };
};

/** Why it does not run there. */
function unfit(action: Script, platform: Platform | undefined): Reason | undefined {
  const windows = platform === 'Windows';
  const { runAs, workingDirectory, delivery } = action;
  const interpreter = interpreterOf(action);
  if (windows && !runsOnWindows(interpreter))
    return noVariant(`a script for ${interpreter ?? 'sh'} is for Linux and macOS`);
  if (
    !windows &&
    (interpreter === 'powershell' || (interpreter && /^([A-Za-z]:|\\)/.test(interpreter)))
  )
    return noVariant(`a script for ${interpreter} is for Windows`);
  if (workingDirectory !== undefined && isWindowsPath(workingDirectory) !== windows)
    return noVariant(`its working directory ${workingDirectory} is of another platform`);
  if (runAs && (windows ? runAs.windows : runAs.linux) === undefined)
    return noVariant(`runAs names no user for ${windows ? 'Windows' : 'Linux and macOS'}`);
  // The document's only shell step asks for platformType Linux: elsewhere it would succeed unexecuted.
  if (platform === 'MacOS' && delivery === 's3')
    return noVariant(
      `${REMOTE_SCRIPT_DOCUMENT} runs on Linux and Windows; delivery "inline" also on macOS`,
    );
  return undefined;
}

const runsOnWindows = (interpreter: string | undefined): boolean =>
  interpreter === 'python3' ||
  isPowerShell(interpreter) ||
  (interpreter !== undefined && /^([A-Za-z]:|\\)/.test(interpreter));

export function scriptFor(
  action: Script,
  executionSeconds: number,
  platform: Platform | undefined,
): Sending | Reason {
  const reason = unfit(action, platform);
  if (reason) return reason;
  const windows = platform === 'Windows';
  const executionTimeout = [String(executionSeconds)];
  // Encoded when it is sent and not before: Discover asks for each node whether there is a variant.
  const program = ({ region }: Place): Program => ({
    ...action,
    name: fileName(action),
    interpreter: interpreterOf(action),
    sha256: hashOf(action),
    region,
    timeoutSeconds: executionSeconds,
  });
  const { runAs } = action;
  if (action.delivery === 'inline')
    return {
      document: defaultOf(windows ? POWERSHELL_DOCUMENT : SHELL_DOCUMENT),
      parameters: (place) => ({
        commands: windows
          ? inlinePowerShell(program(place), runAs?.windows)
          : inlineCommands(program(place), runAs?.linux),
        executionTimeout,
      }),
    };
  return {
    document: defaultOf(REMOTE_SCRIPT_DOCUMENT),
    parameters: (place) => ({
      sourceType: ['S3'],
      sourceInfo: [
        JSON.stringify({ path: urlOf(place, artifactKey(hashOf(action), fileName(action))) }),
      ],
      commandLine: [
        windows
          ? remotePowerShell(program(place), runAs?.windows)
          : remoteCommandLine(program(place), runAs?.linux),
      ],
      executionTimeout,
    }),
  };
}
