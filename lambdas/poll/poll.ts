/**
 * Poll: has the group ended? One ListCommands per batch that has a command id, or one per 50 commands for
 * those whose id has to be found. A group ends with its slowest batch, so a look stops as soon as a few are
 * seen that have not ended: in all that costs about one call per shard and a few per round.
 */
import { keys } from '../../contract/names.ts';
import type { Job, Next } from '../../contract/steps.ts';
import { Progress, type ProgressShard } from '../../contract/stored.ts';
import { perAccount } from '../shared/accounts.ts';
import { dueBatches, isOpen, overdue } from '../shared/batches.ts';
import type { DispatcherDeps } from '../shared/hub.ts';
import { lookInShard } from '../shared/look.ts';
import { reasonOf } from '../shared/reasons.ts';
import { waitSeconds } from '../shared/waiting.ts';

export type PollDeps = Pick<DispatcherDeps, 'store' | 'spokes' | 'log' | 'now'>;

/** Seen so many that have not ended, a look goes no further. */
const ENOUGH_OPEN = 4;

const hasOpen = (shard: ProgressShard) => shard.batches.some(isOpen);
const hasPlanned = (shard: ProgressShard) => shard.batches.some((b) => b.state === 'planned');

export async function poll(deps: PollDeps, job: Job): Promise<Next> {
  const notebook = keys.progress(job.dispatch, job.wave, job.group);
  const progress = await deps.store.get(Progress, notebook);
  const before = JSON.stringify(progress);
  let seenOpen = 0;
  const look = async (account: string, shards: readonly ProgressShard[]) => {
    // A shard with more to send is looked at in each round: its places should not stay empty.
    if (seenOpen >= ENOUGH_OPEN && !shards.some(hasPlanned)) return;
    const open = await lookInAccount(deps, job, progress, account, shards);
    seenOpen += open;
  };
  await perAccount(progress.shards.filter(hasOpen), look, ENOUGH_OPEN);
  if (JSON.stringify(progress) !== before) await deps.store.put(notebook, progress);

  const wait = waitSeconds(deps.now() - Date.parse(progress.startedAt));
  const due = progress.shards.some((s) => dueBatches(s, progress.maxConcurrency).length > 0);
  const next = due ? 'send' : progress.shards.some(hasOpen) ? 'wait' : 'collect';
  return { next, waitSeconds: wait };
}

async function lookInAccount(
  deps: PollDeps,
  job: Job,
  progress: Progress,
  account: string,
  shards: readonly ProgressShard[],
): Promise<number> {
  const errand = {
    dispatch: job.dispatch,
    requester: progress.requester,
    purpose: 'poll',
  } as const;
  try {
    const session = await deps.spokes.enter(account, errand);
    for (const shard of shards)
      await lookInShard(session(shard.region), job, progress.document, shard, deps.now());
  } catch (error) {
    // A role or a Region may come back before the commands expire; after that Collect tells what it can.
    const reason = reasonOf(error, 'ssm:ListCommands');
    deps.log.warn('cannot look', { account, code: reason.code, action: reason.action });
    for (const batch of shards.flatMap((s) => s.batches).filter(isOpen))
      if (overdue(batch, deps.now())) Object.assign(batch, { state: 'done', reason });
  }
  return shards.flatMap((s) => s.batches).filter(isOpen).length;
}
