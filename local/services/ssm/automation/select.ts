/**
 * The JSONPath of selectors: `$.Reservations[0].Instances[*].State.Name`, `$..InstanceId`. Filters, slices and
 * unions are refused. Several matches are a list.
 */
import { AwsError } from '../../../core/operation.ts';

type Segment =
  | { readonly kind: 'name' | 'deep'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' };

const TOKEN = /\.\.(\w+)|\.(\w+)|\[['"]([^'"]+)['"]\]|\[(\d+)\]|\[\*\]|\.\*/y;

export function select(value: unknown, selector: string): unknown {
  const segments = segmentsOf(selector);
  const found = segments.reduce<unknown[]>(
    (values, segment) => values.flatMap(step(segment)),
    [value],
  );
  const many = segments.some(({ kind }) => kind === 'deep' || kind === 'all');
  return many ? found : found[0];
}

function segmentsOf(selector: string): Segment[] {
  const segments: Segment[] = [];
  if (!selector.startsWith('$')) throw refused(selector);
  TOKEN.lastIndex = 1;
  while (TOKEN.lastIndex < selector.length) {
    const match = TOKEN.exec(selector);
    if (!match) throw refused(selector);
    const [, deep, dotted, quoted, index] = match;
    const name = dotted ?? quoted;
    if (deep !== undefined) segments.push({ kind: 'deep', name: deep });
    else if (name !== undefined) segments.push({ kind: 'name', name });
    else if (index !== undefined) segments.push({ kind: 'index', index: Number(index) });
    else segments.push({ kind: 'all' });
  }
  return segments;
}

const refused = (selector: string) =>
  new AwsError('ValidationException', `The embedded AWS does not implement selector ${selector}`);

const step =
  (segment: Segment) =>
  (value: unknown): unknown[] => {
    if (segment.kind === 'all') return childrenOf(value);
    if (segment.kind === 'deep') return anywhere(value, segment.name);
    if (segment.kind === 'index')
      return Array.isArray(value) && segment.index < value.length
        ? [asUnknown(value[segment.index])]
        : [];
    return isRecord(value) && value[segment.name] !== undefined ? [value[segment.name]] : [];
  };

function anywhere(value: unknown, name: string): unknown[] {
  const own = isRecord(value) && value[name] !== undefined ? [value[name]] : [];
  return [...own, ...childrenOf(value).flatMap((child) => anywhere(child, name))];
}

const childrenOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.map(asUnknown) : isRecord(value) ? Object.values(value) : [];

const asUnknown = (value: unknown): unknown => value;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
