import { AwsError } from '../../core/operation.ts';
import { invalid, optionally } from './shared.ts';

/** Results of one page unless asked otherwise, and at most (API reference, maxResults). */
const DEFAULT_SIZE = 100;
const LARGEST_SIZE = 1000;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: { readonly nextToken?: string };
}

/**
 * One page of what is ordered by `order`. A token names the last item of its page, so that what is added in between
 * neither repeats nor hides anything.
 */
export function pageOf<T>(
  all: readonly T[],
  order: (item: T) => number,
  direction: 'up' | 'down',
  input: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
): Page<T> {
  const size = input.maxResults || DEFAULT_SIZE;
  if (!Number.isInteger(size) || size < 0 || size > LARGEST_SIZE)
    throw invalid(
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${LARGEST_SIZE}`,
    );
  const sign = direction === 'up' ? 1 : -1;
  const after = input.nextToken === undefined ? undefined : decode(input.nextToken);
  const rest = all
    .filter((item) => after === undefined || sign * order(item) > sign * after)
    .toSorted((a, b) => sign * (order(a) - order(b)));
  const items = rest.slice(0, size);
  const last = items.at(-1);
  const token = rest.length > size && last !== undefined ? encode(order(last)) : undefined;
  return { items, next: optionally('nextToken', token) };
}

const encode = (order: number): string => Buffer.from(`after:${order}`).toString('base64url');

function decode(token: string): number {
  const order = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (order === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  return Number(order);
}
