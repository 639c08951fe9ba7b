/** The runbooks of the embedded AWS: Amazon's own, and those that accounts have. */
import { AwsError, type Call } from '../../../core/operation.ts';
import { awsDocumentArn, documentArn } from '../arn.ts';
import { placeOf } from '../deps.ts';
import type { NewDocument } from '../documents.ts';
import { ACTIONS } from './actions/index.ts';
import { AMAZON_RUNBOOKS } from './amazonRunbooks.ts';
import { makeRunbook, type Runbook } from './runbook.ts';

export interface FoundRunbook extends Runbook {
  readonly arn: string;
  readonly version: string;
}

const KNOWN: ReadonlySet<string> = new Set(Object.keys(ACTIONS));
const ARN = /^arn:[\w-]+:ssm:([a-z0-9-]*):(\d{0,12}):(?:document|automation-definition)\/([^:]+)$/;

export class Runbooks {
  readonly #own = new Map<string, { versions: Runbook[]; sharedWith: readonly string[] }>();
  readonly #amazons = new Map(
    AMAZON_RUNBOOKS.map(({ name, content }) => [name, makeRunbook(name, content, KNOWN)]),
  );

  /** Another content under a known name is its next version, and its default one. */
  put({ account, region, name, content, sharedWith = [] }: NewDocument): void {
    const key = `${account}/${region}/${name}`;
    const own = this.#own.get(key) ?? { versions: [], sharedWith };
    const runbook = makeRunbook(name, content, KNOWN);
    if (own.versions.at(-1)?.content !== runbook.content) own.versions.push(runbook);
    own.sharedWith = sharedWith;
    this.#own.set(key, own);
  }

  /** `name` may be a name or an ARN; a shared runbook has no name elsewhere. */
  find(call: Call, name: string, version = '$DEFAULT'): FoundRunbook {
    const [, region = call.region, owner = '', bare = name] = ARN.exec(name) ?? [];
    const { account } = placeOf(call);
    const amazons = this.#amazons.get(bare);
    const own = this.#own.get(`${owner || account}/${region}/${bare}`);
    const mine = owner === '' || owner === account || own?.sharedWith.includes(account) === true;
    const versions = amazons ? [amazons] : mine && region === call.region ? own?.versions : [];
    const latest = versions?.length ?? 0;
    if (!versions || latest === 0)
      throw new AwsError(
        'AutomationDefinitionNotFoundException',
        `Automation Definition ${name} not found`,
      );
    const wanted = version.startsWith('$') ? latest : Number(version);
    const runbook = versions[wanted - 1];
    if (!runbook)
      throw new AwsError(
        'AutomationDefinitionVersionNotFoundException',
        `Automation Definition ${bare} has no version ${version}`,
      );
    return {
      ...runbook,
      version: String(wanted),
      arn: amazons
        ? awsDocumentArn(region, bare)
        : documentArn({ account: owner || account, region }, bare),
    };
  }
}
