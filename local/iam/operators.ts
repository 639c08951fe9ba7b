import { BlockList, isIPv6 } from 'node:net';
import { type expand, glob, globArn, plain } from './match.ts';

type Expanded = NonNullable<ReturnType<typeof expand>>;

/** Does one value of the request fit one value of the policy? */
type Test = (value: string, pattern: Expanded) => boolean;

export interface Operator {
  readonly test: Test;
  /** `…Not…`: true when no value of the policy fits, also when the request lacks the key. */
  readonly negated: boolean;
  /** Policy variables are replaced in values of text and ARN operators alone (IAM User Guide, "Policy variables"). */
  readonly variables: boolean;
}

const equals: Test = (value, pattern) => value === plain(pattern);
const equalsIgnoreCase: Test = (value, pattern) =>
  value.toLowerCase() === plain(pattern).toLowerCase();
const like: Test = (value, pattern) => glob(pattern, value);
const arn: Test = (value, pattern) => globArn(pattern, value);
const bool: Test = equalsIgnoreCase;

const compared =
  (read: (text: string) => number, holds: (a: number, b: number) => boolean): Test =>
  (value, pattern) =>
    holds(read(value), read(plain(pattern)));

/** ISO 8601 or seconds since the epoch. */
const time = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const inRange: Test = (value, pattern) => {
  const [network = '', bits] = plain(pattern).split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(
    network,
    bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits),
    family,
  );
  return list.check(value, isIPv6(value) ? 'ipv6' : 'ipv4');
};

const text = (test: Test): Operator => ({ test, negated: false, variables: true });
const value = (test: Test): Operator => ({ test, negated: false, variables: false });
const not = (operator: Operator): Operator => ({ ...operator, negated: true });

const orders = {
  LessThan: (a: number, b: number) => a < b,
  LessThanEquals: (a: number, b: number) => a <= b,
  GreaterThan: (a: number, b: number) => a > b,
  GreaterThanEquals: (a: number, b: number) => a >= b,
};
const same = (a: number, b: number) => a === b;

const ordered = (prefix: string, read: (text: string) => number) => ({
  [`${prefix}Equals`]: value(compared(read, same)),
  [`${prefix}NotEquals`]: not(value(compared(read, same))),
  ...Object.fromEntries(
    Object.entries(orders).map(([name, holds]) => [
      `${prefix}${name}`,
      value(compared(read, holds)),
    ]),
  ),
});

/** Condition operators by name, without quantifier and `IfExists`; `Null` is the evaluator's own. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: text(equals),
  StringNotEquals: not(text(equals)),
  StringEqualsIgnoreCase: text(equalsIgnoreCase),
  StringNotEqualsIgnoreCase: not(text(equalsIgnoreCase)),
  StringLike: text(like),
  StringNotLike: not(text(like)),
  // The two behave identically (IAM User Guide, "Amazon Resource Name (ARN) condition operators").
  ArnEquals: text(arn),
  ArnLike: text(arn),
  ArnNotEquals: not(text(arn)),
  ArnNotLike: not(text(arn)),
  Bool: value(bool),
  BinaryEquals: value(equals),
  IpAddress: value(inRange),
  NotIpAddress: not(value(inRange)),
  ...ordered('Numeric', Number),
  ...ordered('Date', time),
};
