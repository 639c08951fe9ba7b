/** Collect: how it ended on each node of the group, with its output. */
import type * as z from 'zod';
import { keys } from '../../contract/names.ts';
import { addCounts, type Counts, isError } from '../../contract/outcomes.ts';
import type { CollectOutput, Job } from '../../contract/steps.ts';
import { Progress, type Row } from '../../contract/stored.ts';
import { perAccount } from '../shared/accounts.ts';
import { isLogged, kindOf, logDelayIn } from '../shared/batches.ts';
import type { CollectorDeps } from '../shared/collector.ts';
import { lastlyOf } from '../shared/lastly.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { Of } from '../shared/rowHead.ts';
import { rowsOf } from '../shared/rows.ts';
import { withFailures } from './failures.ts';
import { share } from './share.ts';
import { tellFailed } from './tellFailed.ts';

export type CollectDeps = Pick<
  CollectorDeps,
  'store' | 'spokes' | 'log' | 'now' | 'pause' | 'deliveries' | 'events'
>;

/** How many delays invocations and logs are waited for after the end; what is there then is what is reported. */
const MOST_DELAYS = 12;
/** Between two readings where no log sets the pace: together a minute for Systems Manager's lists to agree. */
const LIST_DELAY_SECONDS = 5;

export async function collect(deps: CollectDeps, job: Job): Promise<z.infer<typeof CollectOutput>> {
  const { store } = deps;
  const notebook = keys.progress(job.dispatch, job.wave, job.group);
  const progress = await store.get(Progress, notebook);
  let { failures = [] } = progress;
  const failed: Row[] = [];
  let open = false;
  const counts = await perAccount(progress.shards, async (account, shards) => {
    const errand = {
      dispatch: job.dispatch,
      requester: progress.requester,
      purpose: 'collect',
      kind: kindOf(shards),
      logs: shards.some(isLogged),
    } as const;
    const asked = shards.some((s) => s.batches.some((b) => b.commandId));
    const session = asked
      ? await deps.spokes
          .enter(account, errand)
          .catch((error: unknown) => reasonOf(error, 'sts:AssumeRole'))
      : undefined;
    const sums: Counts[] = [];
    for (const shard of shards) {
      const run = typeof session === 'function' ? session(shard.region) : session;
      const of: Of = { dispatch: job.dispatch, wave: job.wave, account, region: shard.region };
      const { rows: ended, unsettled } = await rowsOf(deps, of, shard, run);
      const nodes = new Map(shard.batches.flatMap((b) => b.nodes).map((n) => [n.id, n]));
      const rows = ended.map((row) =>
        row.outcome === 'cancelled' ? lastlyOf(row, nodes.get(row.node)) : row,
      );
      await store.putLines(keys.result(job.dispatch, job.wave, account, shard.region), rows);
      failures = withFailures(failures, rows);
      sums.push(...rows.map((row) => ({ [row.outcome]: 1 })));
      failed.push(...rows.filter((row) => isError(row.outcome)));
      open ||= unsettled;
      await share(deps, job.dispatch, shard, rows);
    }
    return addCounts(...sums);
  });
  const ended = addCounts(...counts);
  const delay = logDelayIn(progress) ?? LIST_DELAY_SECONDS;
  const again = open && deps.now() < lastLook(progress, delay);
  if (!again) {
    await store.put(notebook, { ...progress, failures, counts: ended });
    await tellFailed(deps, job, progress.requester, failed);
  }
  return {
    group: job.group,
    counts: ended,
    next: again ? 'again' : 'done',
    waitSeconds: delay,
  };
}

const lastLook = ({ startedAt, endedAt = startedAt }: Progress, delay: number): number =>
  Date.parse(endedAt) + MOST_DELAYS * delay * 1000;
