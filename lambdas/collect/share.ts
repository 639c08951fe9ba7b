/** What the source of a copy gave → the exchange buckets of the Regions that its others are in. */
import { artifactKey, keys } from '../../contract/names.ts';
import { Plan, type ProgressShard, type Row, type SharedSource } from '../../contract/stored.ts';
import type { CollectorDeps } from '../shared/collector.ts';

export async function share(
  { store, deliveries, log }: Pick<CollectorDeps, 'store' | 'deliveries' | 'log'>,
  dispatch: string,
  { fetch }: ProgressShard,
  rows: readonly Row[],
): Promise<void> {
  const [row] = rows;
  if (fetch?.share === undefined || !row?.file) return;
  const { sha256, key } = row.file;
  const { shards } = await store.get(Plan, keys.plan(dispatch));
  const regions = new Set(shards.filter((s) => s.sendable > 0).map((s) => s.region));
  for (const region of regions)
    await deliveries.share(key, region, artifactKey(sha256, fetch.share));
  log.info('source shared', { node: row.node, sha256, regions: regions.size });
  // Last: who finds this finds the others.
  await store.put(keys.source(dispatch), { node: row.node, sha256 } satisfies SharedSource);
}
