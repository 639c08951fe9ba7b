/** What an action comes to: document, parameters, what has to be staged before. */
import { createHash } from 'node:crypto';
import type { Action } from '../../../contract/actions.ts';
import { exchangeBucketName } from '../../../contract/names.ts';
import type { Node, Reason } from '../../../contract/stored.ts';

export interface Document {
  readonly name: string;
  readonly version: string;
  readonly hash?: string;
}

/** What all nodes of one kind are sent; the document's name may still hold `*` for the Region. */
export interface Sending {
  readonly document: Document;
  /** Version of the agent that it needs. */
  readonly agentAtLeast?: string;
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
  /** What the request holds, or where in S3 it lies. */
  readonly from: { readonly body: string | Uint8Array } | { readonly uri: string };
}

export type Platform = NonNullable<Node['platform']>;
export type Of<T extends Action['type']> = Extract<Action, { type: T }>;

/** China has host names of its own. */
const suffix = (region: string) =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';

/**
 * The agent takes the Region from the host name, so it must be the regional one (amazon-ssm-agent s3uri; User
 * Guide "Running scripts from Amazon S3").
 */
export const urlOf = ({ hub, region }: Place, key: string): string =>
  `https://${exchangeBucketName(hub, region)}.s3.${region}.${suffix(region)}/${key}`;

export const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');

/** Stands for the hash of an object that nobody has looked at yet: Admit does, before anything else. */
export const unpinned = 'f'.repeat(64);

export const defaultOf = (name: string): Document => ({ name, version: DEFAULT_VERSION });

export const DEFAULT_VERSION = '$DEFAULT';

export const noVariant = (message: string): Reason => ({
  code: 'platform',
  message: `no variant for platform: ${message}`,
});
