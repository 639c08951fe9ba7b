import { plain } from './support.ts';

/** What must be in no template; neither the CDK's validator nor cfn-lint sees the first. */
export function findings(template: unknown): readonly string[] {
  const found = new Set<string>();
  for (const [path, value] of walk(plain(template), '')) {
    if (typeof value === 'string' && /\barn:aws[\w-]*:/.test(value))
      found.add(`${path}: an ARN that names its partition: ${value}`);
    if (typeof value !== 'object' || value === null) continue;
    if (!('Effect' in value) || value.Effect !== 'Allow') continue;
    const {
      Principal,
      Action,
      NotAction,
      NotPrincipal,
      Condition,
    }: Readonly<Record<string, unknown>> = { ...value };
    if (NotAction !== undefined || NotPrincipal !== undefined)
      found.add(`${path}: allows all but what it names`);
    for (const [, principal] of walk(Principal, ''))
      if (principal === '*' && !isBound(Condition) && !isEndpoint(path))
        found.add(`${path}: allows every principal`);
    for (const [, action] of walk(Action, ''))
      if (typeof action === 'string' && action.includes('*') && !isOwners(path, Principal))
        found.add(`${path}: allows actions by pattern: ${action}`);
  }
  return [...found];
}

function* walk(value: unknown, path: string): Generator<readonly [string, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) yield* walk(each, `${path}/${key}`);
}

/** Everybody is nobody in particular only until a condition says whose callers are meant. */
function isBound(condition: unknown): boolean {
  const { StringEquals }: Readonly<Record<string, unknown>> = { ...Object(condition) };
  const bounds = Object.entries(Object(StringEquals)).filter(([key]) =>
    ['aws:PrincipalOrgID', 'aws:PrincipalAccount'].includes(key),
  );
  return bounds.some(
    ([, value]) => value === '<AWS::AccountId>' || /^(o-|\d{12}$)/.test(String(value)),
  );
}

/** The policy of a VPC endpoint grants nothing, it only bounds what may pass (lib/policies/s3Endpoint.ts). */
const isEndpoint = (path: string): boolean =>
  /^\/Resources\/Vpc[^/]*s3[^/]*\/Properties\/PolicyDocument\//.test(path);

/** A key whose policy does not let its account in can never be changed again (KMS Developer Guide). */
const isOwners = (path: string, principal: unknown): boolean =>
  /\/Properties\/KeyPolicy\//.test(path) &&
  /^\{"AWS":"arn:<AWS::Partition>:iam::(<AWS::AccountId>|111122223333):root"\}$/.test(
    JSON.stringify(principal),
  );
