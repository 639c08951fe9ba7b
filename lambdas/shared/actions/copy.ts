import { copyName } from '../../../contract/actions/copy.ts';
import {
  POWERSHELL_DOCUMENT,
  REMOTE_SCRIPT_DOCUMENT,
  SHELL_DOCUMENT,
} from '../../../contract/documents.ts';
import { artifactKey } from '../../../contract/names.ts';
import type { Reason } from '../../../contract/stored.ts';
import { fetchFor } from './fetch.ts';
import { powershellCopy } from './powershellCopy.ts';
import {
  decoded as decodedPowerShell,
  downloaded,
  PRELUDE,
  removing,
  unpacked as unpackedPowerShell,
  withContent as withContentPowerShell,
} from './powershell.ts';
import {
  type Artifact,
  defaultOf,
  noVariant,
  type Of,
  type Platform,
  type Sending,
  sha256,
  unpinned,
  urlOf,
} from './sending.ts';
import { decoded, SAY, unpacked, withContent } from './shell.ts';
import { shellCopy } from './shellCopy.ts';

type Copy = Of<'copy'>;

const bodyOf = ({ text, base64 }: Copy): Buffer =>
  base64 === undefined ? Buffer.from(text ?? '', 'utf-8') : Buffer.from(base64, 'base64');

const hashOf = (action: Copy): string => {
  // Of a node's file only the node knows it, once it has given it.
  if (action.node) return unpinned;
  return action.object ? (action.object.sha256 ?? unpinned) : sha256(bodyOf(action));
};

export function artifactOf(action: Copy): Artifact | undefined {
  if (action.delivery !== 's3' || action.node) return undefined;
  const hash = hashOf(action);
  return {
    sha256: hash,
    key: artifactKey(hash, copyName(action)),
    from: action.object ? { uri: action.object.uri } : { body: bodyOf(action) },
  };
}

export const contentOf = (
  action: Copy,
): { readonly sha256: string; readonly key?: string } | undefined => {
  if (action.node) return undefined;
  const staged = artifactOf(action);
  return { sha256: hashOf(action), ...(staged && { key: staged.key }) };
};

type Source = NonNullable<Copy['node']>;

/** What the node is sent that has the file. */
export const sourceFor = (
  { directory }: Copy,
  source: Source,
  executionSeconds: number,
  platform: Platform | undefined,
): Sending | Reason =>
  fetchFor(fetchOf(source), executionSeconds, platform, directory ? 'directory' : 'file');

export const fetchOf = ({ path, maxBytes }: Source): Of<'fetch'> => ({
  type: 'fetch',
  ...(path.startsWith('/') || path.startsWith('~') ? { linux: path } : { windows: path }),
  maxBytes,
});

/** What the others are sent, once it is known what the node gave. */
export function shared(action: Copy, hash: string): Copy {
  const { node: _, ...others } = action;
  return { ...others, name: copyName(action), object: { uri: '', sha256: hash } };
}

export function copyFor(
  action: Copy,
  executionSeconds: number,
  platform: Platform | undefined,
): Sending | Reason {
  const { linux, windows, directory, delivery } = action;
  const forWindows = platform === 'Windows';
  if (forWindows ? !windows : !linux)
    return noVariant(`the copy has no ${forWindows ? 'windows' : 'linux'} path`);
  // The document's only shell step asks for platformType Linux: elsewhere it would succeed unexecuted.
  if (platform === 'MacOS' && delivery === 's3')
    return noVariant(
      `${REMOTE_SCRIPT_DOCUMENT} runs on Linux and Windows; delivery "inline" also on macOS`,
    );
  const executionTimeout = [String(executionSeconds)];
  const name = copyName(action);
  const steps = (): string[] =>
    forWindows && windows
      ? powershellCopy({ ...windows, directory, sha256: hashOf(action) })
      : shellCopy({ path: '', ...linux, directory, sha256: hashOf(action) });
  if (delivery === 'inline')
    return {
      document: defaultOf(forWindows ? POWERSHELL_DOCUMENT : SHELL_DOCUMENT),
      parameters: () => {
        const content = bodyOf(action).toString('base64');
        return {
          commands: forWindows
            ? withContentPowerShell(content, [
                ...PRELUDE,
                ...removing([...unpackedPowerShell(name), ...steps()]),
              ])
            : withContent(content, [...unpacked(name), SAY, ...steps()]),
          executionTimeout,
        };
      },
    };
  return {
    document: defaultOf(REMOTE_SCRIPT_DOCUMENT),
    parameters: (place) => ({
      sourceType: ['S3'],
      sourceInfo: [JSON.stringify({ path: urlOf(place, artifactKey(hashOf(action), name)) })],
      commandLine: [
        forWindows
          ? decodedPowerShell([...PRELUDE, downloaded(name), ...steps()])
          : decoded([`fleetwide_file=$PWD/${name}`, SAY, ...steps()].join('\n')),
      ],
      executionTimeout,
    }),
  };
}
