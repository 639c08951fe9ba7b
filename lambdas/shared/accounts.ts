import pMap from 'p-map';
import type { Shard } from '../../contract/stored.ts';

/** Accounts worked on at once in one Lambda call: each is another account's quota, so this is ours alone. */
const ACCOUNTS_AT_ONCE = 10;

/** Runs `work` once for each account of the shards, some at a time; the order of the results is the shards'. */
export function perAccount<S extends Shard, R>(
  shards: readonly S[],
  work: (account: string, shards: readonly S[]) => Promise<R>,
  concurrency = ACCOUNTS_AT_ONCE,
): Promise<R[]> {
  const byAccount = Map.groupBy(shards, (shard) => shard.account);
  return pMap(byAccount, ([account, own]) => work(account, own), { concurrency });
}
