/** Lists in pages, with tokens that mean nothing to the caller and are good for one query alone. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { AwsError } from '../../core/operation.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

export interface PageRequest {
  readonly size: number;
  readonly token: string | undefined;
  /** All that shapes the list: operation, account, Region, filters. */
  readonly query: unknown;
  readonly badToken: () => AwsError;
}

/** An item, and where the list goes on after it. */
export type Positioned<T, C> = readonly [item: T, cursor: C];

/**
 * Takes a page from what `from` yields, which starts after the given cursor. Cursors survive changes of
 * the list between two pages if they name a place rather than count.
 */
export function page<T, C extends string | number>(
  request: PageRequest,
  from: (after: C | undefined) => Iterable<Positioned<T, C>>,
  cursorOf: z.ZodType<C>,
): Page<T> {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(request.query))
    .digest('base64url');
  const items: T[] = [];
  let last: C | undefined;
  for (const [item, cursor] of from(decode(request, fingerprint, cursorOf))) {
    if (items.length === request.size)
      return {
        items,
        nextToken: Buffer.from(JSON.stringify([fingerprint, last])).toString('base64url'),
      };
    items.push(item);
    last = cursor;
  }
  return { items };
}

function decode<C>(
  { token, badToken }: PageRequest,
  fingerprint: string,
  cursorOf: z.ZodType<C>,
): C | undefined {
  if (token === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return z.tuple([z.literal(fingerprint), cursorOf]).parse(json)[1];
  } catch {
    throw badToken();
  }
}
