import * as z from 'zod';
import type { PolicyDocument, Statement } from '../core/policy.ts';
import { checkKey, malformed, parseOperator } from './conditions.ts';

/** IAM takes a boolean or a number where a condition's value is text. */
const Value = z.union([z.string(), z.boolean().transform(String), z.number().transform(String)]);
/** One or more, read as a list: a union would say of a fault no more than "invalid input". */
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item));
const Texts = oneOrMore(z.string());

const PrincipalSchema = z.union([
  z.literal('*'),
  z
    .strictObject({
      AWS: Texts.exactOptional(),
      Service: Texts.exactOptional(),
      Federated: Texts.exactOptional(),
      CanonicalUser: Texts.exactOptional(),
    })
    .transform((value): Record<string, string[]> => value),
]);

const StatementSchema = z.strictObject({
  Sid: z.string().exactOptional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: PrincipalSchema.exactOptional(),
  NotPrincipal: PrincipalSchema.exactOptional(),
  Action: Texts.exactOptional(),
  NotAction: Texts.exactOptional(),
  Resource: Texts.exactOptional(),
  NotResource: Texts.exactOptional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore(Value))).exactOptional(),
});

const DocumentSchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).exactOptional(),
  Id: z.string().exactOptional(),
  Statement: oneOrMore(StatementSchema),
});

/** What a policy is attached to decides which elements its statements must and must not have. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** Checks a policy as IAM does when it is saved; throws MalformedPolicyDocument that names the fault. */
export function checkPolicy(document: unknown, kind: PolicyKind): PolicyDocument {
  const result = DocumentSchema.safeParse(document);
  if (!result.success)
    throw malformed(
      `Syntax errors in policy: ${z.prettifyError(result.error).replace(/\n\s*/g, ' ')}`,
    );
  for (const statement of statementsOf(result.data)) checkStatement(statement, kind);
  return result.data;
}

/** {@link checkPolicy} for a policy given as JSON text. */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  return checkPolicy(document, kind);
}

export const statementsOf = (document: PolicyDocument): readonly Statement[] =>
  isList(document.Statement) ? document.Statement : [document.Statement];

const isList = (value: PolicyDocument['Statement']): value is readonly Statement[] =>
  Array.isArray(value);

function checkStatement(statement: Statement, kind: PolicyKind): void {
  exactlyOne(statement, 'Action', 'NotAction');
  if (kind === 'identity') {
    exactlyOne(statement, 'Resource', 'NotResource');
    if (statement.Principal !== undefined || statement.NotPrincipal !== undefined)
      throw malformed('Policy document should not specify a principal.');
  } else exactlyOne(statement, 'Principal', 'NotPrincipal');
  if (kind === 'resource') exactlyOne(statement, 'Resource', 'NotResource');
  if (kind === 'trust' && (statement.Resource !== undefined || statement.NotResource !== undefined))
    throw malformed('Has prohibited field Resource');
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    parseOperator(operator);
    Object.keys(keys).forEach(checkKey);
  }
}

function exactlyOne(statement: Statement, a: keyof Statement, b: keyof Statement): void {
  if ((statement[a] === undefined) === (statement[b] === undefined))
    throw malformed(
      `A statement${statement.Sid ? ` (${statement.Sid})` : ''} must have exactly one of ${a} and ${b}`,
    );
}
