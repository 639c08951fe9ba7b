/** Collect: how it ended on each node of the group, with its output. */
import type { z } from 'zod';
import { keys } from '../../contract/names.ts';
import { addCounts, type Counts } from '../../contract/outcomes.ts';
import type { CollectOutput, Job } from '../../contract/steps.ts';
import { Progress } from '../../contract/stored.ts';
import { perAccount } from '../shared/accounts.ts';
import { isLogged, kindOf, logDelayIn } from '../shared/batches.ts';
import type { CollectorDeps } from '../shared/collector.ts';
import { lastlyOf } from '../shared/lastly.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { Of } from '../shared/rowHead.ts';
import { rowsOf } from '../shared/rows.ts';
import { withFailures } from './failures.ts';

export type CollectDeps = Pick<
  CollectorDeps,
  'store' | 'spokes' | 'log' | 'now' | 'pause' | 'deliveries'
>;

/** How many delays a log is waited for after the end; what is there then is reported as cut. */
const MOST_DELAYS = 12;

export async function collect(deps: CollectDeps, job: Job): Promise<z.infer<typeof CollectOutput>> {
  const { store } = deps;
  const notebook = keys.progress(job.dispatch, job.wave, job.group);
  const progress = await store.get(Progress, notebook);
  let { failures = [] } = progress;
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
      open ||= unsettled;
    }
    return addCounts(...sums);
  });
  const ended = addCounts(...counts);
  const delay = logDelayIn(progress) ?? 1;
  const again = open && deps.now() < lastLook(progress, delay);
  if (!again) await store.put(notebook, { ...progress, failures, counts: ended });
  return {
    group: job.group,
    counts: ended,
    next: again ? 'again' : 'done',
    waitSeconds: delay,
  };
}

const lastLook = ({ startedAt, endedAt = startedAt }: Progress, delay: number): number =>
  Date.parse(endedAt) + MOST_DELAYS * delay * 1000;
