/** `{{ parameter }}`, `{{ step.Output }}`, `{{ global:REGION }}`, `{{ automation:EXECUTION_ID }}` in inputs. */
import { AwsError } from '../../../core/operation.ts';
import { isRecord } from './select.ts';

export type Values = ReadonlyMap<string, unknown>;

const REFERENCE = /\{\{\s*([\w.:-]+)\s*\}\}/g;
const WHOLE = /^\s*\{\{\s*([\w.:-]+)\s*\}\}\s*$/;

/** A text that is a reference and nothing else takes its value as it is: a list stays one. */
export function resolve(value: unknown, values: Values): unknown {
  if (typeof value === 'string') {
    const name = WHOLE.exec(value)?.[1];
    return name === undefined
      ? value.replaceAll(REFERENCE, (_, each: string) => textOf(valueOf(each, values)))
      : valueOf(name, values);
  }
  if (Array.isArray(value))
    // An item that stands for a list becomes its items.
    return value.flatMap((item: unknown) => {
      const resolved = resolve(item, values);
      return typeof item === 'string' && Array.isArray(resolved) ? resolved : [resolved];
    });
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, resolve(each, values)]),
    );
  return value;
}

function valueOf(name: string, values: Values): unknown {
  if (values.has(name)) return values.get(name);
  throw new AwsError('ValidationException', `Variable ${name} cannot be resolved`);
}

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
