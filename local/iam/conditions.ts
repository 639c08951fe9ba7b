import { AwsError } from '../core/operation.ts';
import type { OneOrMore, Statement } from '../core/policy.ts';
import { type Context, isKnownKey } from './context.ts';
import { expand } from './match.ts';
import { OPERATORS, type Operator } from './operators.ts';

interface Parsed {
  readonly quantifier: 'any' | 'all' | undefined;
  readonly operator: Operator | 'Null';
  readonly ifExists: boolean;
}

const QUANTIFIERS: Readonly<Record<string, 'any' | 'all'>> = {
  ForAnyValue: 'any',
  ForAllValues: 'all',
};

export const malformed = (message: string) => new AwsError('MalformedPolicyDocument', message, 400);

/** Reads `ForAnyValue:StringLikeIfExists`; throws MalformedPolicyDocument for a name that is none. */
export function parseOperator(name: string): Parsed {
  const [, prefix, base = '', suffix] = /^(?:(\w+):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const quantifier = prefix === undefined ? undefined : QUANTIFIERS[prefix];
  const operator =
    base === 'Null' ? base : Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
  if (!operator || (prefix !== undefined && !quantifier) || (operator === 'Null' && suffix))
    throw malformed(`Unknown condition operator: ${name}`);
  return { quantifier, operator, ifExists: suffix !== undefined };
}

/** Throws MalformedPolicyDocument for a global condition key that does not exist. */
export function checkKey(key: string): void {
  if (!isKnownKey(key)) throw malformed(`Unknown global condition key: ${key}`);
}

export const listOf = (value: OneOrMore | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** Every operator and every key of it must hold; of a key's values, one is enough. */
export function conditionsHold(
  condition: Statement['Condition'],
  context: Context,
  variables: boolean,
): boolean {
  return Object.entries(condition ?? {}).every(([name, keys]) => {
    const parsed = parseOperator(name);
    return Object.entries(keys).every(([key, wanted]) => {
      checkKey(key);
      return holds(parsed, context.get(key.toLowerCase()), listOf(wanted), context, variables);
    });
  });
}

function holds(
  { quantifier, operator, ifExists }: Parsed,
  actual: readonly string[] | undefined,
  wanted: readonly string[],
  context: Context,
  variables: boolean,
): boolean {
  if (operator === 'Null')
    return wanted.some((value) => (value === 'true') === (actual === undefined));
  if (actual === undefined || actual.length === 0)
    return ifExists || quantifier === 'all' || (quantifier === undefined && operator.negated);
  const patterns = wanted.flatMap((value) => {
    const expanded =
      operator.variables && variables ? expand(value, context) : [{ text: value, literal: false }];
    return expanded ? [expanded] : [];
  });
  const fits = (value: string) => patterns.some((pattern) => operator.test(value, pattern));
  const right = (value: string) => fits(value) !== operator.negated;
  // Without a quantifier a negated operator must hold for every value, a positive one for any.
  const every = quantifier === 'all' || (quantifier === undefined && operator.negated);
  return every ? actual.every(right) : actual.some(right);
}
