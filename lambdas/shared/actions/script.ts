import { REMOTE_SCRIPT_DOCUMENT, SHELL_DOCUMENT } from '../../../contract/documents.ts';
import { artifactKey } from '../../../contract/names.ts';
import type { Reason } from '../../../contract/stored.ts';
import { inlineCommands, remoteCommandLine } from './scriptRunner.ts';
import {
  type Artifact,
  defaultOf,
  noVariant,
  type Of,
  type Platform,
  type Sending,
  sha256,
  urlOf,
} from './sending.ts';

/** What has to lie in the exchange buckets before anything is sent. */
export function artifactOf(action: Of<'script'>): Artifact | undefined {
  if (action.delivery !== 's3') return undefined;
  const hash = sha256(action.text);
  return { sha256: hash, key: artifactKey(hash, action.name), body: action.text };
}

export function scriptFor(
  action: Of<'script'>,
  executionTimeout: readonly string[],
  platform: Platform | undefined,
): Sending | Reason {
  if (platform === 'Windows') return noVariant('a script action is for Linux');
  // Encoded when it is sent and not before: Discover asks for each node whether there is a variant.
  if (action.delivery === 'inline')
    return {
      document: defaultOf(SHELL_DOCUMENT),
      parameters: () => ({
        commands: inlineCommands(action, sha256(action.text)),
        executionTimeout,
      }),
    };
  // The document's only shell step asks for platformType Linux: elsewhere it would succeed unexecuted.
  if (platform === 'MacOS')
    return noVariant(`${REMOTE_SCRIPT_DOCUMENT} runs on Linux; delivery "inline" also on macOS`);
  return {
    document: defaultOf(REMOTE_SCRIPT_DOCUMENT),
    parameters: (place) => {
      const hash = sha256(action.text);
      return {
        sourceType: ['S3'],
        sourceInfo: [JSON.stringify({ path: urlOf(place, artifactKey(hash, action.name)) })],
        commandLine: [remoteCommandLine(action, hash)],
        executionTimeout,
      };
    },
  };
}
