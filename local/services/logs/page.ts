import { invalid } from './deps.ts';

/** Source: service model, DescribeLimit. */
const MOST = 50;

/** A token is the name behind which the list goes on. */
export function pageOf<T extends { readonly name: string }>(
  all: readonly T[],
  {
    nextToken,
    limit = MOST,
  }: { readonly nextToken?: string | undefined; readonly limit?: number | undefined },
): { readonly items: readonly T[]; readonly nextToken?: string } {
  if (limit < 1 || limit > MOST) throw invalid(`limit must be 1 to ${MOST}`);
  const after =
    nextToken === undefined ? undefined : Buffer.from(nextToken, 'base64url').toString();
  const rest = after === undefined ? all : all.filter(({ name }) => name > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return rest.length > limit && last
    ? { items, nextToken: Buffer.from(last.name).toString('base64url') }
    : { items };
}
