/**
 * Poll: has the group ended? One ListCommands per batch that has a command id, or one per 50 commands for
 * those whose id has to be found. A group ends with its slowest batch, so a look stops as soon as a few are
 * seen that have not ended: in all that costs about one call per shard and a few per round.
 */
import { keys } from '../../contract/names.ts';
import { isError, type Outcome } from '../../contract/outcomes.ts';
import type { Job, Next } from '../../contract/steps.ts';
import { BUDGET_SPENT } from '../../contract/stops.ts';
import { type Batch, Progress, type ProgressShard, type Reason } from '../../contract/stored.ts';
import { perAccount, sessionsIn } from '../shared/accounts.ts';
import { dueBatches, isOpen, kindOf, logDelayIn, overdue } from '../shared/batches.ts';
import { askToEnd } from '../shared/ending.ts';
import type { DispatcherDeps } from '../shared/hub.ts';
import { lookInShard } from '../shared/look.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { RunCommand } from '../shared/runCommand.ts';
import { capped, endOf, reasonOfStop, stoppedBy, withhold } from '../shared/stopping.ts';
import { waitSeconds } from '../shared/waiting.ts';
import { noteFailures } from './failures.ts';

export type PollDeps = Pick<DispatcherDeps, 'store' | 'spokes' | 'log' | 'now'>;

/** Seen so many that have not ended, a look goes no further. */
const ENOUGH_OPEN = 4;

/** Which shards are still to be looked at in this round. */
interface Round {
  isDue(shard: ProgressShard): boolean;
  saw(shard: ProgressShard): void;
}

/** @param over the dispatch is to be over: there is something to be done in every shard */
function roundOf(over: boolean): Round {
  let seenOpen = 0;
  return {
    // A shard with more to send is looked at in each round: its places should not stay empty.
    isDue: (shard) => over || seenOpen < ENOUGH_OPEN || hasPlanned(shard),
    saw(shard) {
      seenOpen += shard.batches.filter(isOpen).length;
    },
  };
}

const hasOpen = (shard: ProgressShard) => shard.batches.some(isOpen);
const hasPlanned = (shard: ProgressShard) => shard.batches.some((b) => b.state === 'planned');

export async function poll(deps: PollDeps, job: Job): Promise<Next> {
  const notebook = keys.progress(job.dispatch, job.wave, job.group);
  const progress = await deps.store.get(Progress, notebook);
  const before = JSON.stringify(progress);
  const end = endOf(progress.stopTimes ?? []);
  const over = deps.now() >= end;
  const round = roundOf(over);
  const look = (account: string, shards: readonly ProgressShard[]) =>
    lookInAccount(deps, job, progress, account, shards, round);
  await perAccount(progress.shards.filter(hasOpen), look, ENOUGH_OPEN);
  const stop = stoppedBy(progress.stopTimes ?? [], deps.now());
  if (stop) withhold(progress, reasonOfStop(stop));
  else if (errorsIn(progress) > job.maxErrors) withhold(progress, BUDGET_SPENT);
  const due = progress.shards.some((s) => dueBatches(s, progress.maxConcurrency).length > 0);
  const open = progress.shards.some(hasOpen);
  const settling = due || open ? undefined : settle(progress, deps.now());
  if (JSON.stringify(progress) !== before) await deps.store.put(notebook, progress);
  if (settling !== undefined) return { next: 'wait', waitSeconds: settling };

  const since = over ? end : Date.parse(progress.startedAt);
  const wait = capped(waitSeconds(deps.now() - since), end, deps.now());
  const next = due ? 'send' : open ? 'wait' : 'collect';
  return { next, waitSeconds: wait };
}

/** Once all has ended: how long to wait before logs are read (s); undefined when that is over, or not needed. */
function settle(progress: Progress, now: number): number | undefined {
  if (progress.endedAt !== undefined) return undefined;
  progress.endedAt = new Date(now).toISOString();
  return logDelayIn(progress);
}

/** As far as commands tell by themselves; Gate counts the nodes. */
const errorsIn = ({ shards, tolerate = [] }: Progress): number =>
  shards.flatMap((s) => s.batches).reduce((sum, batch) => sum + errorsOf(batch, tolerate), 0);

function errorsOf({ outcome, nodes, errors, undelivered }: Batch, tolerate: readonly Outcome[]) {
  if (outcome) return isError(outcome, tolerate) ? nodes.length : 0;
  const executed = tolerate.includes('timedOut') ? 0 : (errors ?? 0);
  return executed + (tolerate.includes('undeliverable') ? 0 : (undelivered ?? 0));
}

async function lookInAccount(
  deps: PollDeps,
  job: Job,
  progress: Progress,
  account: string,
  shards: readonly ProgressShard[],
  round: Round,
): Promise<void> {
  if (!shards.some((shard) => round.isDue(shard))) return;
  const errand = {
    dispatch: job.dispatch,
    requester: progress.requester,
    purpose: 'poll',
    kind: kindOf(shards),
  } as const;
  const enter = sessionsIn(deps.spokes, account, errand);
  for (const shard of shards) {
    if (!round.isDue(shard)) continue;
    const session = await enter(shard.role);
    // One Region's trouble is not that of the others.
    const trouble =
      'code' in session
        ? session
        : await lookInShard(session(shard.region), job, shard, deps.now())
            .then(() => undefined)
            .catch((error: unknown) => reasonOf(error, 'ssm:ListCommands'));
    const end = endOf(progress.stopTimes ?? []);
    if (deps.now() >= end && !('code' in session))
      await endAll(deps, session(shard.region), shard, deps.now() - end);
    if (trouble) giveUpLate(deps, shard, trouble, deps.now() - end > PATIENCE_MS);
    round.saw(shard);
    if (trouble || 'code' in session || !progress.shards.some(hasOpen)) continue;
    // Nobody waits for this but those who follow: it may fail.
    await noteFailures(session(shard.region), progress, shard).catch((error: unknown) =>
      deps.log.warn('cannot tell failures', reasonOf(error, 'ssm:ListCommandInvocations')),
    );
  }
}

/** An agent that is connected ends a command within seconds, and is heard of every 5 minutes. */
const PATIENCE_MS = 15 * 60_000;

/** The dispatch is to be over: asks for the end of what runs, in each round; what counts is what is shown then. */
async function endAll(
  deps: PollDeps,
  run: RunCommand,
  shard: ProgressShard,
  overMs: number,
): Promise<void> {
  for (const batch of shard.batches.filter(isOpen)) {
    if (batch.commandId) {
      batch.cancelled = true;
      await askToEnd(run, deps, shard, batch);
    }
    if (overMs > PATIENCE_MS) batch.state = 'done';
  }
}

/**
 * A role or a Region may come back before the commands expire, or until the dispatch is long over; after that
 * Collect tells what it can.
 */
function giveUpLate(
  { log, now }: PollDeps,
  shard: ProgressShard,
  reason: Reason,
  over: boolean,
): void {
  const { account, region } = shard;
  log.warn('cannot look', { account, region, code: reason.code, action: reason.action });
  for (const batch of shard.batches.filter(isOpen))
    if (over || overdue(batch, now())) Object.assign(batch, { state: 'done', reason });
}
