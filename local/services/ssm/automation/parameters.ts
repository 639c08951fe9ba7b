/** What the caller gave → the values of the runbook's parameters. */
import { AwsError } from '../../../core/operation.ts';
import { textOf } from './references.ts';
import type { Parameter, Runbook, ValueType } from './runbook.ts';

const bad = (message: string) =>
  new AwsError('InvalidAutomationExecutionParametersException', message);

type Given = Readonly<Record<string, readonly string[]>>;

export interface Resolved {
  /** As the service shows them. */
  readonly shown: Record<string, string[]>;
  readonly values: ReadonlyMap<string, unknown>;
}

export function resolveParameters(runbook: Runbook, given: Given): Resolved {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(runbook.parameters, name));
  if (unknown.length > 0)
    throw bad(`Unknown parameters: [${unknown.join(', ')}] of runbook ${runbook.name}`);
  const shown: Record<string, string[]> = {};
  const values = new Map<string, unknown>();
  for (const [name, parameter] of Object.entries(runbook.parameters)) {
    const texts = given[name] ?? defaultOf(parameter);
    if (!texts) throw bad(`Parameter ${name} of runbook ${runbook.name} is required`);
    check(name, parameter, texts);
    shown[name] = [...texts];
    values.set(name, READERS[parameter.type](name, texts));
  }
  return { shown, values };
}

function defaultOf({ default: value }: Parameter): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)];
}

function check(
  name: string,
  { type, allowedValues, allowedPattern, minItems, maxItems, minChars, maxChars }: Parameter,
  texts: readonly string[],
): void {
  const list = type === 'StringList' || type === 'MapList';
  if (!list && texts.length !== 1)
    throw bad(`Parameter ${name} takes one value, not ${texts.length}`);
  if (texts.length < (minItems ?? 0) || texts.length > (maxItems ?? Number.POSITIVE_INFINITY))
    throw bad(
      `Parameter ${name} has ${texts.length} values; it takes ${minItems ?? 0} to ${maxItems ?? 'any'}`,
    );
  for (const text of texts) {
    if (allowedValues && !allowedValues.map(String).includes(text))
      throw bad(`Value ${text} of parameter ${name} is none of ${allowedValues.join(', ')}`);
    if (allowedPattern !== undefined && !new RegExp(allowedPattern).test(text))
      throw bad(`Value ${text} of parameter ${name} does not match ${allowedPattern}`);
    if (text.length < (minChars ?? 0) || text.length > (maxChars ?? Number.POSITIVE_INFINITY))
      throw bad(`Parameter ${name} has ${text.length} characters`);
  }
}

type Read = (name: string, texts: readonly string[]) => unknown;
const one =
  (what: string, pattern: RegExp, read: (text: string) => unknown): Read =>
  (name, [text = '']) => {
    if (!pattern.test(text)) throw bad(`Parameter ${name} is ${what}, not ${text}`);
    return read(text);
  };

const READERS: Readonly<Record<ValueType, Read>> = {
  StringList: (_, texts) => texts,
  String: (_, [text = '']) => text,
  Integer: one('an Integer', /^-?\d+$/, Number),
  Boolean: one('a Boolean', /^(true|false)$/i, (text) => text.toLowerCase() === 'true'),
  StringMap: (name, [text = '']) => jsonOf(name, text),
  MapList: (name, texts) => texts.map((each) => jsonOf(name, each)),
};

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bad(`Parameter ${name} is a map in JSON, not ${text}`);
  }
}
