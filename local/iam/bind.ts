import type { PolicyDocument, Principal, Statement } from '../core/policy.ts';
import { listOf, malformed } from './conditions.ts';
import { statementsOf } from './document.ts';

/** Resolves a role's or user's ARN to its unique id; undefined: there is none. */
export type Resolve = (arn: string) => string | undefined;

/**
 * AWS saves a role or user named as principal by its unique id, so that the grant dies with it: a role
 * that is created anew under the same name gets nothing (IAM User Guide, "AWS JSON policy elements: Principal").
 */
export function bindPrincipals(document: PolicyDocument, resolve: Resolve): PolicyDocument {
  return { ...document, Statement: statementsOf(document).map((each) => bind(each, resolve)) };
}

function bind(statement: Statement, resolve: Resolve): Statement {
  const { Principal, NotPrincipal } = statement;
  return {
    ...statement,
    ...(Principal !== undefined && { Principal: resolved(Principal, resolve) }),
    ...(NotPrincipal !== undefined && { NotPrincipal: resolved(NotPrincipal, resolve) }),
  };
}

function resolved(principal: Principal, resolve: Resolve): Principal {
  if (principal === '*' || principal['AWS'] === undefined) return principal;
  return { ...principal, AWS: listOf(principal['AWS']).map((name) => idOf(name, resolve)) };
}

const WHOLE_ACCOUNT = /^(?:\*|\d{12}|arn:aws:iam::\d{12}:root)$/;
/** A session is no stored thing and stays an ARN; a unique id is what would be stored. */
const AS_IS =
  /^(?:arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|A(?:RO|ID)A[A-Z0-9]+)$/;

function idOf(name: string, resolve: Resolve): string {
  if (WHOLE_ACCOUNT.test(name) || AS_IS.test(name)) return name;
  const id = resolve(name);
  if (id === undefined) throw malformed(`Invalid principal in policy: "AWS":"${name}"`);
  return id;
}
