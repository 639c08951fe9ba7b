/** The command documents that the embedded AWS knows. */
import { createHash } from 'node:crypto';
import { AwsError } from '../../core/operation.ts';
import type { Job, PlatformType } from '../../fleet/index.ts';
import { runShellScript } from './runShellScript.ts';

export interface DocumentParameter {
  readonly type: 'String' | 'StringList';
  readonly description: string;
  /** Absent: the parameter is required. */
  readonly default?: readonly string[];
  readonly maxChars?: number;
  /** Anchored by the service. */
  readonly allowedPattern?: string;
}

export type Parameters = Readonly<Record<string, readonly string[]>>;

export interface CommandDocument {
  readonly name: string;
  readonly description: string;
  readonly schemaVersion: string;
  readonly platformTypes: readonly PlatformType[];
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  /** What the results show as the plugin's name. */
  readonly plugin: string;
  /** JSON, as GetDocument returns it. */
  readonly content: string;
  /** `parameters` with the defaults filled in. */
  readonly job: (parameters: Parameters) => Omit<Job, 'commandId'>;
}

const DOCUMENTS = new Map<string, CommandDocument>(
  [runShellScript].map((document) => [document.name, document]),
);

/** The one version that each document has. */
export const VERSION = '1';

const ARN = /^arn:[\w-]+:ssm:[a-z0-9-]*:\d{0,12}:document\/(.+)$/;

/** `name` may be a name or an ARN. */
export function findDocument(name: string, version: string | undefined): CommandDocument {
  const document = DOCUMENTS.get(ARN.exec(name)?.[1] ?? name);
  if (!document)
    throw new AwsError('InvalidDocument', `Document with name ${name} does not exist.`);
  if (version !== undefined && ![VERSION, '$DEFAULT', '$LATEST'].includes(version))
    throw new AwsError(
      'InvalidDocumentVersion',
      `Version ${version} of document ${document.name} does not exist.`,
    );
  return document;
}

export const sha256 = (content: string): string =>
  createHash('sha256').update(content).digest('hex');
