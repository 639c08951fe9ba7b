/** A sample of what matched: the same nodes for the same seed, as long as the fleet is the same. */
import { createHash } from 'node:crypto';
import { countOf } from '../../contract/primitives.ts';
import type { Request } from '../../contract/request.ts';

type Sample = NonNullable<Request['targets']['sample']>;

/** Leaves those nodes in the shards that are drawn, whatever account and Region they are in. */
export function sampled<
  N extends { readonly id: string },
  S extends { readonly account: string; readonly region: string; readonly nodes: readonly N[] },
>(shards: readonly S[], sample: Sample, seed: string): (S & { nodes: N[] })[] {
  const ranks = shards.flatMap(({ account, region, nodes }) =>
    nodes.map(({ id }) => rankOf(`${seed}/${account}/${region}/${id}`)),
  );
  const size = Math.min(ranks.length, countOf(sizeOf(sample), ranks.length));
  const last = ranks.toSorted(alphabetically)[size - 1] ?? '';
  return shards.map((shard) => ({
    ...shard,
    nodes: shard.nodes.filter(
      ({ id }) => rankOf(`${seed}/${shard.account}/${shard.region}/${id}`) <= last,
    ),
  }));
}

const sizeOf = ({ count, percent }: Sample): string =>
  count === undefined ? `${percent}%` : String(count);

const rankOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const alphabetically = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
