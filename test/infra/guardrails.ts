import { plain } from './support.ts';

/** What must be in no template; neither the CDK's validator nor cfn-lint sees the first. */
export function findings(template: unknown): readonly string[] {
  const found = new Set<string>();
  for (const [path, value] of walk(plain(template), '')) {
    if (typeof value === 'string' && /\barn:aws[\w-]*:/.test(value))
      found.add(`${path}: an ARN that names its partition: ${value}`);
    if (typeof value !== 'object' || value === null) continue;
    if (!('Effect' in value) || value.Effect !== 'Allow') continue;
    const { Principal, Action, NotAction, NotPrincipal }: Readonly<Record<string, unknown>> = {
      ...value,
    };
    if (NotAction !== undefined || NotPrincipal !== undefined)
      found.add(`${path}: allows all but what it names`);
    for (const [, principal] of walk(Principal, ''))
      if (principal === '*' && !boundToOrganisation(value))
        found.add(`${path}: allows every principal`);
    for (const [, action] of walk(Action, ''))
      if (typeof action === 'string' && action.includes('*'))
        found.add(`${path}: allows actions by pattern: ${action}`);
  }
  return [...found];
}

/** Everybody of one organisation: aws:PrincipalOrgID is what AWS says about a caller, not the caller. */
const boundToOrganisation = (statement: object): boolean => {
  for (const [path, id] of walk('Condition' in statement && statement.Condition, ''))
    if (path.startsWith('/StringEquals/aws:PrincipalOrgID'))
      return typeof id === 'string' && id.startsWith('o-');
  return false;
};

function* walk(value: unknown, path: string): Generator<readonly [string, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) yield* walk(each, `${path}/${key}`);
}
