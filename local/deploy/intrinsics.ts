/** CloudFormation's intrinsic functions (User Guide, "Intrinsic function reference"), as far as the CDK uses them here. */
import { Problem } from './problems.ts';

export interface Scope {
  /** Value of a parameter, of a pseudo parameter, or what Ref of a resource returns. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
}

/** What Ref AWS::NoValue returns: the property is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(text('Ref', name)),
  'Fn::GetAtt': (argument, scope) => scope.getAtt(...attributeOf(argument)),
  'Fn::Join': (argument, scope) => {
    const [delimiter, parts] = pair('Fn::Join', argument);
    return list('Fn::Join', resolve(parts, scope))
      .map((part) => text('Fn::Join', part))
      .join(text('Fn::Join', delimiter));
  },
  'Fn::Select': (argument, scope) => {
    const [index, from] = pair('Fn::Select', argument);
    const values = list('Fn::Select', resolve(from, scope));
    const value = values[Number(resolve(index, scope))];
    if (value === undefined)
      throw new Problem(`Fn::Select: there is no item ${String(index)} among ${values.length}`);
    return value;
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, from] = pair('Fn::Split', argument);
    return text('Fn::Split', resolve(from, scope)).split(text('Fn::Split', delimiter));
  },
  'Fn::Sub': (argument, scope) => {
    const [template, own] =
      typeof argument === 'string' ? [argument, {}] : pair('Fn::Sub', argument);
    const values = new Map(Object.entries(record('Fn::Sub', own)));
    return text('Fn::Sub', template).replace(SUBSTITUTE, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      return text(
        'Fn::Sub',
        values.has(name) ? resolve(values.get(name), scope) : named(name, scope),
      );
    });
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = list('Fn::If', argument);
    return resolve(scope.condition(text('Fn::If', condition)) ? yes : no, scope);
  },
};

/** `${Name}`, `${Resource.Attribute}`, and `${!Literal}`. */
export const SUBSTITUTE = /\$\{(!?)([^}]*)\}/g;

const named = (name: string, scope: Scope): unknown =>
  name.includes('.') ? scope.getAtt(...attributeOf(name)) : scope.ref(name);

/** The value with every intrinsic function replaced by what it returns. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value.map((each: unknown) => resolve(each, scope)).filter((each) => each !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const call = callOf(value);
  if (!call)
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, each]) => [key, resolve(each, scope)])
        .filter(([, each]) => each !== NO_VALUE),
    );
  const [name, argument] = call;
  const intrinsic = INTRINSICS[name];
  if (!intrinsic) throw new Problem(`${name}: not implemented by the embedded AWS`);
  return intrinsic(argument, scope);
}

/** Name and argument where the object is a call of an intrinsic function. */
export function callOf(value: object): readonly [name: string, argument: unknown] | undefined {
  const [entry, ...others] = Object.entries(value);
  if (!entry || others.length > 0) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
}

/** `['Bucket', 'Arn']` or `Bucket.Arn`. */
export function attributeOf(argument: unknown): readonly [logicalId: string, attribute: string] {
  const [logicalId, ...attribute] =
    typeof argument === 'string' ? argument.split('.') : list('Fn::GetAtt', argument);
  return [
    text('Fn::GetAtt', logicalId),
    attribute.map((each) => text('Fn::GetAtt', each)).join('.'),
  ];
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new Problem(`${name}: wants a text, not ${JSON.stringify(value)}`);
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Problem(`${name}: wants a list, not ${JSON.stringify(value)}`);
}

function pair(name: string, value: unknown): readonly [unknown, unknown] {
  const [first, second, ...others] = list(name, value);
  if (second === undefined || others.length > 0)
    throw new Problem(`${name}: wants two arguments, not ${JSON.stringify(value)}`);
  return [first, second];
}

function record(name: string, value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Problem(`${name}: wants a map, not ${JSON.stringify(value)}`);
}
