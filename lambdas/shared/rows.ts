/**
 * How it ended on each node of a shard, with its output. The invocations are the truth: a command may be
 * Success with failed nodes.
 */
import { isTerminal, outcomeOf } from '../../contract/outcomes.ts';
import type { Output } from '../../contract/output.ts';
import { STOPS } from '../../contract/stops.ts';
import type { Batch, Node, ProgressShard, Reason, Row } from '../../contract/stored.ts';
import { executionRow } from './automationRow.ts';
import { decisive, nothingRan, stepsThatRan } from './documentSteps.ts';
import type { Deliveries } from './delivered.ts';
import { fetched, type Fetched } from './fetched.ts';
import { uploadsOf } from './fromBucket.ts';
import { mayPass, reasonOf } from './reasons.ts';
import { head, type Of, type RowHeadDeps, untold } from './rowHead.ts';
import type { Collecting, Invocation } from './runCommand.ts';
import { kept, type Sources, type Streams, streamsOf } from './streams.ts';
import { toldOf } from './told.ts';

export type RowDeps = RowHeadDeps & { readonly deliveries: Deliveries };

/** GetAutomationExecution: 3 a second in an account and Region (Systems Manager quotas). */
const LOOKS = 3;
const EVERY_MS = 340;

export interface Rows {
  readonly rows: readonly Row[];
  /** Invocations or output may still come, or a call that failed get through: a later reading gives more. */
  readonly unsettled: boolean;
}

/** @param run why the shard could not be entered; undefined: nothing was sent there */
export async function rowsOf(
  deps: RowDeps,
  of: Of,
  shard: ProgressShard,
  run: Collecting | Reason | undefined,
): Promise<Rows> {
  const rows: Row[] = [];
  let looks = 0;
  let unsettled = false;
  for (const batch of shard.batches) {
    if (!batch.commandId || !run) {
      rows.push(...batch.nodes.map((node) => untold(of, batch, node, batch.reason)));
    } else if ('code' in run) {
      rows.push(...batch.nodes.map((node) => untold(of, batch, node, run)));
      unsettled ||= mayPass(run);
    } else if (batch.kind === 'automation') {
      if (looks++ >= LOOKS) await deps.pause(EVERY_MS);
      for (const node of batch.nodes) {
        const end = await executionRow(deps, of, batch, node, run);
        rows.push(end.row);
        unsettled ||= end.unsettled;
      }
    } else {
      const all = await told(deps, of, shard, batch, run);
      rows.push(...all.rows);
      unsettled ||= all.unsettled;
    }
  }
  return { rows, unsettled };
}

async function told(
  deps: RowDeps,
  of: Of,
  { output, fetch }: ProgressShard,
  batch: Batch,
  run: Collecting,
): Promise<Rows> {
  const commandId = batch.commandId ?? '';
  let invocations: Invocation[];
  try {
    invocations = await run.invocations(commandId);
  } catch (error) {
    const reason = reasonOf(error, 'ssm:ListCommandInvocations');
    deps.log.warn('cannot collect', { account: of.account, region: of.region, code: reason.code });
    const rows = batch.nodes.map((node) => untold(of, batch, node, reason));
    return { rows, unsettled: mayPass(reason) };
  }
  const sources = sourcesOf(deps, of, commandId, output ?? { to: 'inline' }, run);
  const byNode = new Map(invocations.map((i) => [i.InstanceId, i]));
  const rows: Row[] = [];
  let unsettled = false;
  for (const node of batch.nodes) {
    const invocation = byNode.get(node.id);
    if (!invocation) {
      rows.push(untold(of, batch, node, batch.reason));
      // Lists are eventually consistent: it may be shown in a moment.
      unsettled = true;
      continue;
    }
    const end = await ended(deps, of, batch, node, invocation, run, sources, fetch);
    rows.push(end.row);
    unsettled ||= end.unsettled || !isTerminal(invocation.Status);
  }
  return { rows, unsettled };
}

function sourcesOf(
  { store, deliveries, now }: RowDeps,
  of: Of,
  commandId: string,
  output: Output,
  { log }: Collecting,
): Sources {
  let uploads: ReturnType<typeof uploadsOf> | undefined;
  return {
    output,
    deliveries,
    log,
    // One list for all nodes of the command, and none where nobody wants it.
    uploads: () => (uploads ??= uploadsOf(deliveries, of, commandId)),
    putText: (key, text) => store.putText(key, text, 'text/plain; charset=utf-8'),
    now: now(),
  };
}

async function ended(
  deps: RowDeps,
  of: Of,
  batch: Batch,
  node: Node,
  invocation: Invocation,
  run: Collecting,
  sources: Sources,
  fetch: ProgressShard['fetch'],
): Promise<{ readonly row: Row; readonly unsettled: boolean }> {
  const { Status, StatusDetails, CommandPlugins } = invocation;
  const steps = stepsThatRan(CommandPlugins, batch.document);
  const plugin = decisive(steps);
  const ran = plugin?.ResponseCode !== undefined && plugin.ResponseCode !== NOT_STARTED;
  const outcome = outcomeOf(Status, StatusDetails);
  const idle = outcome === 'succeeded' && nothingRan(CommandPlugins);
  // Where Poll could not look, the invocation still tells how it ended; why it took so long is told with it.
  const over = outcome === 'cancelled' && batch.cancelled ? CANCELLED_IN_THE_END : undefined;
  const reason = idle ? NOTHING_RAN : (over ?? reasonFor(invocation) ?? batch.reason);
  const startedAt = steps[0]?.ResponseStartDateTime;
  const endedAt = steps.at(-1)?.ResponseFinishDateTime;
  const commandId = batch.commandId ?? '';
  const several = CommandPlugins.length > 1;
  const whose = { of, node, commandId, several, failed: outcome !== 'succeeded' };
  const texts = steps.map((step) =>
    toldOf(
      step,
      // Only a document of several steps asks for the name of one.
      () => run.output(commandId, node.id, several ? step.Name : undefined),
      (error) => {
        const refused = reasonOf(error, 'ssm:GetCommandInvocation');
        deps.log.warn('only the cut output could be read', { node: node.id, code: refused.code });
        return refused;
      },
    ),
  );
  const brought = async (): Promise<Streams & Fetched> =>
    fetch ? fetched(sources, whose, fetch, texts) : streamsOf(sources, whose, texts);
  // How it ended on the node is known, whatever keeps its output from the hub; that may be there later.
  const { unsettled = false, ...streams } = await brought().catch(
    async (error: unknown): Promise<Streams & Fetched> => {
      const why = reasonOf(error, 's3:GetObject');
      deps.log.warn('output not brought in', { node: node.id, code: why.code });
      // What Systems Manager keeps is better than nothing, and says itself whether it was cut.
      const instead = fetch ? {} : await kept(sources, whose, texts);
      return { ...instead, reason: why, ...(mayPass(why) && { unsettled: true }) };
    },
  );
  // A command that went well is no success without the file that it was for.
  const lost = fetch !== undefined && outcome === 'succeeded' && !streams.file;
  const row: Row = {
    ...head(of, batch, node),
    outcome: idle ? 'skipped' : lost ? 'failed' : outcome,
    ...(lost && { reason: NOT_STATED }),
    ...(reason && { reason }),
    status: Status,
    ...(StatusDetails && { statusDetails: StatusDetails }),
    ...(ran && { exitCode: plugin.ResponseCode }),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
    ...streams,
  };
  return { row, unsettled };
}

const CANCELLED_IN_THE_END: Reason = {
  code: STOPS.OverallTimeout.code,
  message: 'cancelled: timeouts.overallSeconds had passed',
};

/** ResponseCode of a plugin that has not started or not answered (aws-sdk CommandPlugin). */
const NOT_STARTED = -1;

const NOT_STATED: Reason = {
  code: 'notFetched',
  message: 'the node did not say what it fetched',
};

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
