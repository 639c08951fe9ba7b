/** The command documents of the embedded AWS: Amazon's own, and those that accounts have. */
import { createHash } from 'node:crypto';
import { AwsError, type Call } from '../../core/operation.ts';
import type { Job, PlatformType } from '../../fleet/index.ts';
import { AMAZON_DOCUMENTS } from './amazonDocuments.ts';
import { awsDocumentArn, documentArn } from './arn.ts';
import { commandDocument } from './content.ts';
import { placeOf } from './deps.ts';

export interface DocumentParameter {
  readonly type: 'String' | 'StringList';
  readonly description: string;
  /** Absent: the parameter is required. */
  readonly default?: readonly string[];
  readonly maxChars?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly allowedValues?: readonly string[];
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
  /** JSON, as GetDocument returns it. */
  readonly content: string;
  /** `parameters` with the defaults filled in. */
  readonly steps: (parameters: Parameters) => Job['steps'];
}

/** A document as a call finds it. */
export interface Found extends CommandDocument {
  readonly arn: string;
  readonly owner: string;
  readonly version: string;
  readonly latest: string;
}

export interface NewDocument {
  /** Default: Command. */
  readonly type?: 'Command' | 'Automation';
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** JSON, or the object of it; schema 2.2. */
  readonly content: unknown;
  /** Accounts that may use it, by its ARN. */
  readonly sharedWith?: readonly string[];
}

interface Own {
  readonly account: string;
  readonly versions: CommandDocument[];
  sharedWith: readonly string[];
}

/** These prefixes are Amazon's own (Systems Manager User Guide, "Creating SSM document content"). */
const AMAZONS = /^(aws|amazon|amzn)/i;
const ARN = /^arn:[\w-]+:ssm:([a-z0-9-]*):(\d{0,12}):document\/(.+)$/;

export class Documents {
  readonly #own = new Map<string, Own>();

  /** Another content under a known name is its next version, and its default one. */
  put({ account, region, name, content, sharedWith = [] }: NewDocument): void {
    const key = `${account}/${region}/${name}`;
    const own = this.#own.get(key) ?? { account, versions: [], sharedWith };
    const document = commandDocument(name, content);
    if (own.versions.at(-1)?.content !== document.content) own.versions.push(document);
    own.sharedWith = sharedWith;
    this.#own.set(key, own);
  }

  /** What a caller must be allowed: known before it is known whether there is such a document. */
  arnOf(call: Call, name: string): string {
    if (ARN.test(name)) return name;
    return AMAZONS.test(name)
      ? awsDocumentArn(call.region, name)
      : documentArn(placeOf(call), name);
  }

  /** `name` may be a name or an ARN; a shared document has no name elsewhere. */
  find(call: Call, name: string, version: string | undefined): Found {
    const [, region = call.region, owner = '', bare = name] = ARN.exec(name) ?? [];
    const { account } = placeOf(call);
    const amazons = owner === '' ? AMAZON_DOCUMENTS.get(bare) : undefined;
    const own = this.#own.get(`${owner || account}/${region}/${bare}`);
    const mine = own?.account === account || own?.sharedWith.includes(account) === true;
    const versions = amazons ? [amazons] : mine && region === call.region ? own?.versions : [];
    const latest = versions?.length ?? 0;
    if (!versions || latest === 0)
      throw new AwsError('InvalidDocument', `Document with name ${name} does not exist.`);
    const wanted =
      version === undefined || version === '$DEFAULT' || version === '$LATEST'
        ? latest
        : Number(version);
    const document = versions[wanted - 1];
    if (!document)
      throw new AwsError(
        'InvalidDocumentVersion',
        `Version ${version} of document ${bare} does not exist.`,
      );
    return {
      ...document,
      arn: this.arnOf(call, name),
      owner: amazons ? 'Amazon' : owner || account,
      version: String(wanted),
      latest: String(latest),
    };
  }
}

export const sha256 = (content: string): string =>
  createHash('sha256').update(content).digest('hex');
