/** The permissions of roles, one action at a time, to be taken away and given back. */
import type { PolicyDocument, Statement } from '../../../local/core/policy.ts';
import type { IamStore } from '../../../local/iam/store.ts';

export interface Permission {
  readonly role: string;
  /** Name of the inline policy, or `trust`. */
  readonly policy: string;
  readonly sid: string;
  readonly action: string;
}

export const nameOf = ({ role, policy, sid, action }: Permission): string =>
  `${role} ${policy === 'trust' ? 'trust ' : ''}${sid} ${action}`;

const statementsOf = ({ Statement: all }: PolicyDocument): readonly Statement[] => [all].flat();
const actionsOf = ({ Action = [] }: Statement): readonly string[] => [Action].flat();
const last = (arn: string): string => arn.split('/').at(-1) ?? arn;

/** Every action of every statement of a role's inline policies. */
export function permissionsOf(iam: IamStore, roleArn: string): readonly Permission[] {
  const role = iam.role(roleArn);
  if (!role) throw new Error(`no role ${roleArn}`);
  return [...role.inline, ['trust', role.trust] as const].flatMap(([policy, document]) =>
    statementsOf(document).flatMap((statement) =>
      actionsOf(statement).map((action) => ({
        role: last(roleArn),
        policy,
        sid: statement.Sid ?? '',
        action,
      })),
    ),
  );
}

/** Takes the permission away in place; returns what gives it back. */
export function withhold(iam: IamStore, roleArn: string, permission: Permission): () => void {
  const role = iam.role(roleArn);
  if (!role) throw new Error(`no role ${roleArn}`);
  const put = (document: PolicyDocument) => {
    if (permission.policy !== 'trust') iam.putInlinePolicy(roleArn, permission.policy, document);
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
  const before = permission.policy === 'trust' ? role.trust : role.inline.get(permission.policy);
  if (!before) throw new Error(`no policy ${permission.policy} of ${roleArn}`);
  put({
    ...before,
    Statement: statementsOf(before).map((each) => without(each, permission)),
  });
  return () => put(before);
}

const pathOf = (roleArn: string): string => /:role(\/(?:.*\/)?)[^/]+$/.exec(roleArn)?.[1] ?? '/';

/** Of a single action something harmless is left: a statement has at least one. */
function without(statement: Statement, { sid, action }: Permission): Statement {
  if ((statement.Sid ?? '') !== sid) return statement;
  const left = actionsOf(statement).filter((each) => each !== action);
  return { ...statement, Action: left.length > 0 ? left : ['none:None'] };
}
