/** Collect: how it ended on each node of the group, with its output. */
import type * as z from 'zod';
import { keys } from '../../contract/names.ts';
import type { CollectOutput, Job } from '../../contract/steps.ts';
import { Progress, type ProgressShard } from '../../contract/stored.ts';
import { perAccount, sessionsIn } from '../shared/accounts.ts';
import { isLogged, kindOf, logDelayIn } from '../shared/batches.ts';
import type { CollectorDeps } from '../shared/collector.ts';
import type { PartsDeps, Reading } from '../shared/inParts.ts';
import { type How, inShard, readAgain } from './inShard.ts';
import { type Sum, summing } from './sum.ts';
import { tellFailed } from './tellFailed.ts';

export type CollectDeps = PartsDeps & Pick<CollectorDeps, 'spokes' | 'events'>;

/** How many delays invocations and logs are waited for; what is there then is what is reported. */
const MOST_DELAYS = 12;
/** Between two readings where no log sets the pace: together a minute for Systems Manager's lists to agree. */
const LIST_DELAY_SECONDS = 5;
/** A call that ran out of time is followed by the next one. */
const AT_ONCE_SECONDS = 1;

export async function collect(deps: CollectDeps, job: Job): Promise<z.infer<typeof CollectOutput>> {
  const { store } = deps;
  const notebook = keys.progress(job.dispatch, job.wave, job.group);
  const progress = await store.get(Progress, notebook);
  const sum = summing(progress.failures ?? []);
  const delay = logDelayIn(progress) ?? LIST_DELAY_SECONDS;
  const begun = progress.collecting?.life === job.life ? progress.collecting : undefined;
  const collecting = begun ?? { life: job.life, since: new Date(deps.now()).toISOString() };
  const final = deps.now() >= Date.parse(collecting.since) + MOST_DELAYS * delay * 1000;
  const how: How = { final, life: job.life };
  const readings = await perAccount(progress.shards, (account, shards) =>
    inAccount(deps, job, progress, { account, shards }, sum, how),
  );
  const all = readings.flat();
  const late = all.some((reading) => reading.late);
  const again = late || all.some((reading) => reading.unsettled);
  const counts = sum.counts();
  const failures = [...sum.failures()];
  await store.put(notebook, { ...progress, collecting, failures, ...(!again && { counts }) });
  if (!again) await tellFailed(deps, job, progress.requester, sum.failed, sum.failedCount());
  return {
    group: job.group,
    counts,
    next: again ? 'again' : 'done',
    waitSeconds: late ? AT_ONCE_SECONDS : delay,
  };
}

async function inAccount(
  deps: CollectDeps,
  job: Job,
  progress: Progress,
  { account, shards }: { readonly account: string; readonly shards: readonly ProgressShard[] },
  sum: Sum,
  how: How,
): Promise<Reading[]> {
  const left = shards.filter((shard) => !shard.collected?.whole);
  const asked = left.some((s) => s.batches.some((b) => b.commandId));
  const enter = sessionsIn(deps.spokes, account, {
    dispatch: job.dispatch,
    requester: progress.requester,
    purpose: 'collect',
    kind: kindOf(left),
    logs: left.some(isLogged),
  });
  const readings: Reading[] = [];
  for (const shard of shards) {
    const { region } = shard;
    const of = { dispatch: job.dispatch, wave: job.wave, account, region };
    if (shard.collected?.whole) {
      await readAgain(deps, of, sum);
      continue;
    }
    const session = asked ? await enter(shard.role) : undefined;
    const run = typeof session === 'function' ? session(region) : session;
    readings.push(await inShard(deps, of, shard, run, sum, how));
  }
  return readings;
}
