import pMap from 'p-map';
import type { Reason, Shard } from '../../contract/stored.ts';
import { reasonOf } from './reasons.ts';
import type { Errand, Spokes } from './spoke.ts';

/**
 * Accounts worked on at once in one Lambda call. Each is another account's quota, but their sessions are the hub's: with
 * more, hundreds of children would mostly ask STS again for what it has just refused (docs/figures.md).
 */
export const ACCOUNTS_AT_ONCE = 5;

/** Runs `work` once for each account of the shards, some at a time; the order of the results is the shards'. */
export function perAccount<S extends Shard, R>(
  shards: readonly S[],
  work: (account: string, shards: readonly S[]) => Promise<R>,
  concurrency = ACCOUNTS_AT_ONCE,
): Promise<R[]> {
  const byAccount = Map.groupBy(shards, (shard) => shard.account);
  return pMap(byAccount, ([account, own]) => work(account, own), { concurrency });
}

/** Sessions in one account, one for each role, each entered when it is first wanted; or why that one cannot be. */
export function sessionsIn<Run>(
  spokes: Spokes<Run>,
  account: string,
  errand: Errand,
): (role: string | undefined) => Promise<((region: string) => Run) | Reason> {
  const entered = new Map<string | undefined, Promise<((region: string) => Run) | Reason>>();
  return (role) => {
    const session =
      entered.get(role) ??
      spokes
        .enter(account, role === undefined ? errand : { ...errand, role })
        .catch((error: unknown) => reasonOf(error, 'sts:AssumeRole'));
    entered.set(role, session);
    return session;
  };
}
