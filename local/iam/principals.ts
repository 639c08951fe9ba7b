import type { Principal } from '../core/policy.ts';
import { listOf, malformed } from './conditions.ts';

/** Who is judged: a caller, or a service that wants to assume a role. */
export type Subject =
  | {
      readonly kind: 'session' | 'user';
      readonly account: string;
      readonly arn: string;
      /** For a session `<role id>:<session name>`. */
      readonly userId: string;
      readonly roleArn?: string;
    }
  | { readonly kind: 'anonymous'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string };

/**
 * How closely a principal element names the subject. `account` only delegates to the account's own
 * identity policies; a `session` named by its ARN is not narrowed by its session policy
 * (IAM User Guide, "Policy evaluation logic", "Session policies").
 */
export type Grant = 'none' | 'account' | 'principal' | 'session';

const STRENGTH: readonly Grant[] = ['none', 'account', 'principal', 'session'];
export const stronger = (a: Grant, b: Grant): Grant =>
  STRENGTH.indexOf(a) >= STRENGTH.indexOf(b) ? a : b;

export function matchPrincipal(principal: Principal, subject: Subject): Grant {
  if (principal === '*') return subject.kind === 'service' ? 'none' : 'principal';
  let grant: Grant = 'none';
  for (const [type, names] of Object.entries(principal)) {
    const match = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    if (!match) throw malformed(`The embedded AWS does not know principals of type ${type}`);
    for (const name of listOf(names)) grant = stronger(grant, match(name, subject));
  }
  return grant;
}

const TYPES: Readonly<Record<string, (name: string, subject: Subject) => Grant>> = {
  AWS: matchAws,
  Service: (name, subject) =>
    subject.kind === 'service' && subject.service === name ? 'principal' : 'none',
};

function matchAws(name: string, subject: Subject): Grant {
  if (subject.kind === 'service') return 'none';
  if (name === '*') return 'principal';
  if (subject.kind === 'anonymous') return 'none';
  if (accountNamed(name) === subject.account) return 'account';
  if (name === subject.arn) return subject.kind === 'session' ? 'session' : 'principal';
  return name === subject.roleArn || name === subject.userId.split(':')[0] ? 'principal' : 'none';
}

/** The account that a principal stands for as a whole: its 12 digits or its root ARN. */
function accountNamed(name: string): string | undefined {
  return /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
}
