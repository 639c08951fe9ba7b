import { z } from 'zod';
import { AwsError, type Call } from '../../core/operation.ts';

/** Most that a page holds (API Reference, MaxResults). */
const MOST = 20;

export interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const Token = z.tuple([z.string(), z.int(), z.boolean()]);

/**
 * A page and where it goes on. "These operations can occasionally return an empty set of results even when
 * more results are available": here that is the second page of each list that has one.
 */
export function pageOf<T>(
  { operation, caller }: Call,
  { MaxResults = MOST, NextToken }: PageInput,
  subject: string,
  all: readonly T[],
): { readonly items: readonly T[]; readonly NextToken?: string } {
  if (MaxResults < 1 || MaxResults > MOST)
    throw new AwsError('InvalidInputException', `MaxResults must be between 1 and ${MOST}`);
  const query = `${operation}/${caller.account}/${subject}`;
  const [start, rested] = NextToken === undefined ? [0, true] : decode(NextToken, query);
  if (!rested) return { items: [], NextToken: encode(query, start, true) };
  const end = start + MaxResults;
  const items = all.slice(start, end);
  return end < all.length ? { items, NextToken: encode(query, end, start > 0) } : { items };
}

const encode = (...token: z.infer<typeof Token>): string =>
  Buffer.from(JSON.stringify(token)).toString('base64url');

function decode(token: string, query: string): [start: number, rested: boolean] {
  try {
    const json: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const [of, start, rested] = Token.parse(json);
    if (of === query) return [start, rested];
  } catch {
    // Answered below, as one of another query is.
  }
  throw new AwsError('InvalidInputException', 'You provided an invalid pagination token.');
}
