/**
 * Collect: how it ended on each node of the group, with its output. The invocations are the truth: a
 * command may be Success with failed nodes.
 */
import type { z } from 'zod';
import { keys } from '../../contract/names.ts';
import { addCounts, type Counts, isError, isTerminal, outcomeOf } from '../../contract/outcomes.ts';
import type { CollectOutput, Job } from '../../contract/steps.ts';
import {
  type Batch,
  type Node,
  Progress,
  type ProgressShard,
  type Reason,
  type Row,
} from '../../contract/stored.ts';
import { perAccount } from '../shared/accounts.ts';
import type { DispatcherDeps } from '../shared/hub.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { Invocation, RunCommand } from '../shared/runCommand.ts';
import { decisive, nothingRan, stepsThatRan } from './steps.ts';
import { streamsOf } from './streams.ts';
import { tellFailed } from './tellFailed.ts';

export type CollectDeps = Pick<DispatcherDeps, 'store' | 'spokes' | 'log'>;

/** What all rows of a shard share. */
export interface Of {
  readonly dispatch: string;
  readonly wave: number;
  readonly account: string;
  readonly region: string;
}

export async function collect(
  deps: CollectDeps & Pick<DispatcherDeps, 'events'>,
  job: Job,
): Promise<z.infer<typeof CollectOutput>> {
  const { store } = deps;
  const progress = await store.get(Progress, keys.progress(job.dispatch, job.wave, job.group));
  const failed: Row[] = [];
  const counts = await perAccount(progress.shards, async (account, shards) => {
    const errand = {
      dispatch: job.dispatch,
      requester: progress.requester,
      purpose: 'collect',
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
      const rows = await rowsOf(deps, of, shard, run);
      await store.putLines(keys.result(job.dispatch, job.wave, account, shard.region), rows);
      sums.push(...rows.map((row) => ({ [row.outcome]: 1 })));
      failed.push(...rows.filter((row) => isError(row.outcome)));
    }
    return addCounts(...sums);
  });
  await tellFailed(deps, job, progress.requester, failed);
  return { group: job.group, counts: addCounts(...counts) };
}

async function rowsOf(
  deps: CollectDeps,
  of: Of,
  shard: ProgressShard,
  run: RunCommand | Reason | undefined,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const batch of shard.batches) {
    if (!batch.commandId || !run) {
      rows.push(...batch.nodes.map((node) => untold(of, batch, node, batch.reason)));
    } else if ('code' in run) {
      rows.push(...batch.nodes.map((node) => untold(of, batch, node, run)));
    } else {
      rows.push(...(await told(deps, of, batch, run)));
    }
  }
  return rows;
}

/** A node of which SSM says nothing: what Send or Poll knew, else unknown. */
const untold = (of: Of, batch: Batch, node: Node, reason: Reason | undefined): Row => ({
  ...head(of, batch, node),
  outcome: batch.commandId ? 'unknown' : (batch.outcome ?? 'unknown'),
  reason: reason ?? { code: 'noInvocation', message: 'Systems Manager shows no invocation for it' },
});

const head = ({ account, region, wave }: Of, batch: Batch, node: Node) => ({
  account,
  region,
  wave,
  node: node.id,
  ...(node.name && { name: node.name }),
  ...(batch.commandId && { commandId: batch.commandId }),
});

async function told(deps: CollectDeps, of: Of, batch: Batch, run: RunCommand): Promise<Row[]> {
  const commandId = batch.commandId ?? '';
  let invocations: Invocation[];
  try {
    invocations = await run.invocations(commandId);
  } catch (error) {
    const reason = reasonOf(error, 'ssm:ListCommandInvocations');
    deps.log.warn('cannot collect', { account: of.account, region: of.region, code: reason.code });
    return batch.nodes.map((node) => untold(of, batch, node, reason));
  }
  const byNode = new Map(invocations.map((i) => [i.InstanceId, i]));
  const rows: Row[] = [];
  for (const node of batch.nodes) {
    const invocation = byNode.get(node.id);
    rows.push(
      invocation
        ? await ended(deps, of, batch, node, invocation, run)
        : untold(of, batch, node, batch.reason),
    );
  }
  return rows;
}

async function ended(
  deps: CollectDeps,
  of: Of,
  batch: Batch,
  node: Node,
  invocation: Invocation,
  run: RunCommand,
): Promise<Row> {
  const { Status, StatusDetails, CommandPlugins } = invocation;
  const steps = stepsThatRan(CommandPlugins, batch.document);
  // Only a document of several steps asks for the name of one.
  const asked = CommandPlugins.length > 1 ? steps : steps.map((s) => ({ ...s, Name: undefined }));
  const plugin = decisive(steps);
  const ran = plugin?.ResponseCode !== undefined && plugin.ResponseCode !== NOT_STARTED;
  const outcome = outcomeOf(Status, StatusDetails);
  const idle = outcome === 'succeeded' && nothingRan(CommandPlugins);
  // Where Poll could not look, the invocation still tells how it ended; why it took so long is told with it.
  const reason = idle ? NOTHING_RAN : (reasonFor(invocation) ?? batch.reason);
  const startedAt = steps[0]?.ResponseStartDateTime;
  const endedAt = steps.at(-1)?.ResponseFinishDateTime;
  return {
    ...head(of, batch, node),
    outcome: idle ? 'skipped' : outcome,
    ...(reason && { reason }),
    status: Status,
    ...(StatusDetails && { statusDetails: StatusDetails }),
    ...(ran && { exitCode: plugin.ResponseCode }),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
    ...(await streamsOf(deps, of, batch.commandId ?? '', node.id, asked, run)),
  };
}

/** ResponseCode of a plugin that has not started or not answered (aws-sdk CommandPlugin). */
const NOT_STARTED = -1;

const NOTHING_RAN: Reason = {
  code: 'platform',
  message: 'no variant for platform: every step of the document was skipped',
};

function reasonFor({ Status, StatusDetails }: Invocation): Reason | undefined {
  if (!isTerminal(Status))
    return {
      code: 'stillOpen',
      message: `its command has ended, yet the invocation is ${Status}: the process may still run`,
    };
  if (Status === 'Success') return undefined;
  return { code: StatusDetails ?? Status, message: REASONS[StatusDetails ?? Status] ?? Status };
}

const REASONS: Readonly<Record<string, string>> = {
  Failed: 'the command ended with a non-zero exit code',
  DeliveryTimedOut: 'the node did not take the command in time',
  ExecutionTimedOut: 'the command ran longer than executionSeconds and was killed',
  TimedOut: 'the command was killed by its time limit, or by itself with exit code 137',
  Undeliverable: 'the command could not be delivered to the node',
  Terminated: 'not sent: the command had reached its error limit',
  InvalidPlatform: 'the document does not run on the node’s platform',
  AccessDenied: 'the dispatch role may not send to this node',
  Cancelled: 'cancelled',
};
