/** The permissions of roles, a statement or an action of it at a time, to be taken away and given back. */
import type { PolicyDocument, Statement } from '../../../local/core/policy.ts';
import type { IamStore } from '../../../local/iam/store.ts';

export interface Permission {
  readonly roleArn: string;
  /** Name of the inline policy, or `trust`. */
  readonly policy: string;
  readonly sid: string;
  /** One of the statement's, or all of them. */
  readonly actions: readonly string[];
}

export const nameOfRole = (arn: string): string => arn.split('/').at(-1) ?? arn;

/** `<role> <sid> <action>`; a trust policy of the CDK has no sid. */
export const nameOf = ({ roleArn, policy, sid, actions }: Permission): string =>
  [nameOfRole(roleArn), policy === 'trust' ? `trust ${sid}`.trim() : sid, actions.join('+')].join(
    ' ',
  );

const statementsOf = ({ Statement: all }: PolicyDocument): readonly Statement[] => [all].flat();
const actionsOf = ({ Action = [] }: Statement): readonly string[] => [Action].flat();

/** Every action of every statement of a role's own policies; and the statement as a whole where it has several. */
export function permissionsOf(iam: IamStore, roleArn: string): readonly Permission[] {
  const role = iam.role(roleArn);
  if (!role) throw new Error(`no role ${roleArn}`);
  return [...role.inline, ['trust', role.trust] as const].flatMap(([policy, document]) =>
    statementsOf(document).flatMap((statement) => {
      const all = actionsOf(statement);
      const parts = all.length > 1 ? [...all.map((action) => [action]), all] : [all];
      return parts.map((actions) => ({ roleArn, policy, sid: statement.Sid ?? '', actions }));
    }),
  );
}

/** Takes the permission away in place; returns what gives it back. */
export function withhold(iam: IamStore, permission: Permission): () => void {
  const { roleArn, policy } = permission;
  const role = iam.role(roleArn);
  if (!role) throw new Error(`no role ${roleArn}`);
  const put = (document: PolicyDocument) => {
    if (policy !== 'trust') iam.putInlinePolicy(roleArn, policy, document);
    else
      iam.putRole({
        account: role.account,
        name: role.name,
        path: pathOf(roleArn),
        inline: Object.fromEntries(role.inline),
        managed: [...role.managed],
        trust: document,
      });
  };
  const before = policy === 'trust' ? role.trust : role.inline.get(policy);
  if (!before) throw new Error(`no policy ${policy} of ${roleArn}`);
  put({ ...before, Statement: statementsOf(before).map((each) => without(each, permission)) });
  return () => put(before);
}

const pathOf = (roleArn: string): string => /:role(\/(?:.*\/)?)[^/]+$/.exec(roleArn)?.[1] ?? '/';

/** Where nothing is left, something harmless is: a statement has at least one action, a policy one statement. */
function without(statement: Statement, { sid, actions }: Permission): Statement {
  if ((statement.Sid ?? '') !== sid) return statement;
  const left = actionsOf(statement).filter((each) => !actions.includes(each));
  return { ...statement, Action: left.length > 0 ? left : ['none:None'] };
}
