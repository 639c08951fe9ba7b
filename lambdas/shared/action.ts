/** The one place that turns an action into what is sent: document, parameters, what has to be staged before. */
import { createHash } from 'node:crypto';
import type { Action } from '../../contract/actions.ts';
import {
  POWERSHELL_DOCUMENT,
  REMOTE_SCRIPT_DOCUMENT,
  SHELL_DOCUMENT,
} from '../../contract/documents.ts';
import { artifactKey, exchangeBucketName } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import type { Node, Reason } from '../../contract/stored.ts';
import { inlineCommands, remoteCommandLine } from './scriptRunner.ts';

export interface Document {
  readonly name: string;
  readonly version: string;
  readonly hash?: string;
}

/** What all nodes of one kind are sent; the document's name may still hold `*` for the Region. */
export interface Sending {
  readonly document: Document;
  readonly parameters: (place: Place) => Readonly<Record<string, readonly string[]>>;
}

export interface Place {
  /** Account of the hub. */
  readonly hub: string;
  readonly region: string;
}

export interface Artifact {
  readonly sha256: string;
  readonly key: string;
  readonly body: string;
}

type Platform = NonNullable<Node['platform']>;

/** China has host names of its own. */
const suffix = (region: string) =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';

/**
 * The agent takes the Region from the host name, so it must be the regional one (amazon-ssm-agent s3uri; User
 * Guide "Running scripts from Amazon S3").
 */
const urlOf = ({ hub, region }: Place, key: string): string =>
  `https://${exchangeBucketName(hub, region)}.s3.${region}.${suffix(region)}/${key}`;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What has to lie in the exchange buckets before anything is sent. */
export function artifactOf(action: Action): Artifact | undefined {
  if (action.type !== 'script' || action.delivery !== 's3') return undefined;
  const hash = sha256(action.text);
  return { sha256: hash, key: artifactKey(hash, action.name), body: action.text };
}

/** What the node is sent, or why it is skipped. */
export function sendingFor(
  { action, timeouts }: Pick<Request, 'action' | 'timeouts'>,
  platform: Platform | undefined,
): Sending | Reason {
  const executionTimeout = [String(timeouts.executionSeconds)];
  if (action.type === 'command') return commandFor(action, executionTimeout, platform);
  if (action.type === 'script') return scriptFor(action, executionTimeout, platform);
  const { name, version = DEFAULT_VERSION, hash, parameters } = action;
  return { document: { name, version, ...(hash && { hash }) }, parameters: () => parameters };
}

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

function commandFor(
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

function scriptFor(
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

const defaultOf = (name: string): Document => ({ name, version: DEFAULT_VERSION });

const DEFAULT_VERSION = '$DEFAULT';

const noVariant = (message: string): Reason => ({
  code: 'platform',
  message: `no variant for platform: ${message}`,
});

/** The documents that the request can come to; for its plan, its session policies and its admission. */
export function documentsOf(request: Pick<Request, 'action' | 'timeouts'>): Document[] {
  const documents = (['Linux', 'Windows'] as const).flatMap((platform) => {
    const sending = sendingFor(request, platform);
    return 'code' in sending ? [] : [sending.document];
  });
  return [...new Map(documents.map((d) => [d.name, d])).values()];
}
