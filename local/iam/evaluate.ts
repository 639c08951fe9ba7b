import type { PolicyDocument, Statement } from '../core/policy.ts';
import { conditionsHold, listOf, malformed } from './conditions.ts';
import type { Context } from './context.ts';
import { statementsOf } from './document.ts';
import { expand, glob } from './match.ts';
import { type Grant, matchPrincipal, type Subject, stronger } from './principals.ts';

export interface Question {
  readonly subject: Subject;
  /** `s3:GetObject`. */
  readonly action: string;
  /** Full ARN, or `*`. */
  readonly resource: string;
  /** Account that owns the resource. */
  readonly resourceAccount: string | undefined;
  readonly context: Context;
  readonly identityPolicies: readonly PolicyDocument[];
  readonly sessionPolicy?: PolicyDocument | undefined;
  readonly resourcePolicy?: PolicyDocument | undefined;
  /** What the caller's organisation denies it; beside them it allows everything. */
  readonly controlPolicies?: readonly PolicyDocument[];
  /** The resource policy is a role's trust policy: it must allow also within the account. */
  readonly trust: boolean;
}

/** Undefined: allowed. Otherwise why not, in AWS's words. */
export type Refusal = string | undefined;

/** Decides as AWS does: IAM User Guide, "Policy evaluation logic". */
export function evaluate(question: Question): Refusal {
  const { action, identityPolicies, sessionPolicy, resourcePolicy } = question;
  const identity = judge(identityPolicies, question);
  const session = sessionPolicy ? judge([sessionPolicy], question) : 'allow';
  const resource = judgeResource(resourcePolicy, question);

  if (judge(question.controlPolicies ?? [], question) === 'deny')
    return 'with an explicit deny in a service control policy';
  if (identity === 'deny') return 'with an explicit deny in an identity-based policy';
  if (session === 'deny') return 'with an explicit deny in a session policy';
  if (resource === 'deny') return 'with an explicit deny in a resource-based policy';

  const lacks = (kind: string) => `because no ${kind} policy allows the ${action} action`;
  const { subject } = question;
  if (subject.kind === 'service' || subject.kind === 'anonymous')
    return resource === 'principal' ? undefined : lacks('resource-based');

  const own = subject.account === question.resourceAccount;
  if ((question.trust || !own) && resource === 'none')
    return identity === 'allow' || question.trust
      ? lacks('resource-based')
      : lacks('identity-based');
  // In its own account a principal needs no identity policy when the resource names it.
  if (own && resource === 'session') return undefined;
  if (identity !== 'allow' && !(own && resource === 'principal')) return lacks('identity-based');
  return session === 'allow' ? undefined : lacks('session');
}

/** The statements of roles' policies that allow it: the caller's own, and those of the trust policy it is about. */
export function allowing(question: Question): {
  readonly identity: readonly Statement[];
  readonly trust: readonly Statement[];
} {
  const { identityPolicies, resourcePolicy, subject, trust } = question;
  const allows = (statement: Statement, version: string | undefined) =>
    statement.Effect === 'Allow' && applies(statement, question, version);
  return {
    identity: identityPolicies.flatMap((policy) =>
      statementsOf(policy).filter((each) => allows(each, policy.Version)),
    ),
    trust:
      trust && resourcePolicy
        ? statementsOf(resourcePolicy).filter(
            (each) => principalOf(each, subject) !== 'none' && allows(each, resourcePolicy.Version),
          )
        : [],
  };
}

function judge(
  policies: readonly PolicyDocument[],
  question: Question,
): 'allow' | 'deny' | 'silent' {
  let verdict: 'allow' | 'silent' = 'silent';
  for (const policy of policies)
    for (const statement of statementsOf(policy)) {
      if (!applies(statement, question, policy.Version)) continue;
      if (statement.Effect === 'Deny') return 'deny';
      verdict = 'allow';
    }
  return verdict;
}

function judgeResource(policy: PolicyDocument | undefined, question: Question): Grant | 'deny' {
  let grant: Grant = 'none';
  for (const statement of policy ? statementsOf(policy) : []) {
    const named = principalOf(statement, question.subject);
    if (named === 'none' || !applies(statement, question, policy?.Version)) continue;
    if (statement.Effect === 'Deny') return 'deny';
    grant = stronger(grant, named);
  }
  return grant;
}

function principalOf({ Principal, NotPrincipal, Sid }: Statement, subject: Subject): Grant {
  if (Principal !== undefined) return matchPrincipal(Principal, subject);
  if (NotPrincipal === undefined)
    throw malformed(`Statement ${Sid ?? ''} of a resource-based policy lacks a Principal`);
  return matchPrincipal(NotPrincipal, subject) === 'none' ? 'principal' : 'none';
}

function applies(statement: Statement, question: Question, version: string | undefined): boolean {
  // Only this version knows policy variables; in older documents `${` is text.
  const variables = version === '2012-10-17';
  return (
    matchesAction(statement, question.action) &&
    matchesResource(statement, question, variables) &&
    conditionsHold(statement.Condition, question.context, variables)
  );
}

function matchesAction({ Action, NotAction, Sid }: Statement, action: string): boolean {
  if (Action === undefined && NotAction === undefined)
    throw malformed(`Statement ${Sid ?? ''} has neither Action nor NotAction`);
  const any = (patterns: readonly string[]) =>
    patterns.some((text) => glob([{ text, literal: false }], action, true));
  return Action === undefined ? !any(listOf(NotAction)) : any(listOf(Action));
}

function matchesResource(
  { Resource, NotResource, Sid }: Statement,
  { resource, context, trust }: Question,
  variables: boolean,
): boolean {
  if (Resource === undefined && NotResource === undefined) {
    if (trust) return true;
    throw malformed(`Statement ${Sid ?? ''} has neither Resource nor NotResource`);
  }
  const any = (patterns: readonly string[]) =>
    patterns.some((text) => {
      const expanded = variables ? expand(text, context) : [{ text, literal: false }];
      return expanded !== undefined && glob(expanded, resource);
    });
  return Resource === undefined ? !any(listOf(NotResource)) : any(listOf(Resource));
}
