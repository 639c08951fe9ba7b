/** How an execution of a runbook ended: its outputs as stdout, its failure as the reason, its steps. */
import { createHash } from 'node:crypto';
import {
  hasEnded,
  isWaiting,
  meaningOf,
  outcomeOfExecution,
} from '../../contract/automationStatus.ts';
import { keys } from '../../contract/names.ts';
import type { Automation, Batch, Node, Reason, Row, Stream } from '../../contract/stored.ts';
import type { Step, Whole } from './automation.ts';
import { TIME_UP } from './lookAutomation.ts';
import { head, type Of, type RowHeadDeps, untold } from './rowHead.ts';
import { mayPass, reasonOf } from './reasons.ts';
import type { RunCommand } from './runCommand.ts';

/** What a row holds itself; a longer text is an object. */
const INLINE = 2_500;
const LONGEST_FAILURE = 1_000;

export async function executionRow(
  deps: RowHeadDeps,
  of: Of,
  batch: Batch,
  node: Node,
  { automation }: RunCommand,
): Promise<{ readonly row: Row; readonly unsettled: boolean }> {
  const { commandId: id = '' } = batch;
  try {
    const execution = await automation.execution(id);
    if (!execution) return { row: untold(of, batch, node, batch.reason), unsettled: false };
    const steps = execution.StepExecutionsTruncated
      ? await automation.steps(id)
      : execution.StepExecutions;
    return { row: await told(deps, of, batch, node, execution, steps), unsettled: false };
  } catch (error) {
    const reason = reasonOf(error, 'ssm:GetAutomationExecution');
    deps.log.warn('cannot collect', { account: of.account, region: of.region, code: reason.code });
    return { row: untold(of, batch, node, reason), unsettled: mayPass(reason) };
  }
}

async function told(
  deps: RowHeadDeps,
  of: Of,
  batch: Batch,
  node: Node,
  execution: Whole,
  steps: readonly Step[],
): Promise<Row> {
  const { AutomationExecutionStatus: status, ExecutionStartTime, ExecutionEndTime } = execution;
  const timeUp = status === 'Cancelled' && batch.reason?.code === TIME_UP;
  const reason = reasonFor(execution, steps, batch.reason);
  return {
    ...head(of, batch, node),
    outcome: timeUp ? 'timedOut' : outcomeOfExecution(status),
    ...(reason && { reason }),
    status,
    automation: detailsOf(execution, node, steps),
    ...(ExecutionStartTime && { startedAt: ExecutionStartTime.toISOString() }),
    ...(ExecutionEndTime && { endedAt: ExecutionEndTime.toISOString() }),
    ...(hasEnded(status) && { stdout: await outputsOf(deps, of, node, execution) }),
  };
}

const detailsOf = (execution: Whole, { instances }: Node, steps: readonly Step[]): Automation => ({
  executionId: execution.AutomationExecutionId,
  ...(instances && { instances }),
  steps: steps.map((step) => ({
    name: step.StepName,
    action: step.Action,
    status: step.StepStatus,
    ...(step.ExecutionStartTime && { startedAt: step.ExecutionStartTime.toISOString() }),
    ...(step.ExecutionEndTime && { endedAt: step.ExecutionEndTime.toISOString() }),
    ...(step.FailureMessage && { failure: step.FailureMessage.slice(0, LONGEST_FAILURE) }),
  })),
});

function reasonFor(
  { AutomationExecutionStatus: status, FailureMessage }: Whole,
  steps: readonly Step[],
  known: Reason | undefined,
): Reason | undefined {
  if (!hasEnded(status))
    return {
      code: 'stillOpen',
      message: isWaiting(status)
        ? `the execution is ${status}: somebody has to answer it, and it may still go on`
        : `the execution is ${status}: it may still go on`,
    };
  if (outcomeOfExecution(status) === 'succeeded') return undefined;
  if (known) return known;
  const failed = steps.find((step) => step.StepStatus === status && step.FailureMessage);
  const message = FailureMessage || failed?.FailureMessage || meaningOf(status);
  return { code: status, message: message.slice(0, LONGEST_FAILURE) };
}

async function outputsOf(
  { store }: RowHeadDeps,
  { dispatch, account, region }: Of,
  node: Node,
  { Outputs }: Whole,
): Promise<Stream> {
  const text = Object.keys(Outputs).length > 0 ? `${JSON.stringify(Outputs, null, 2)}\n` : '';
  const stream = {
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    truncated: false,
  };
  if (text === '') return { ...stream, source: 'none' };
  if (text.length <= INLINE) return { ...stream, source: 'execution', text };
  const key = keys.output(dispatch, account, region, node.id, 'stdout');
  await store.putText(key, text, 'application/json');
  return { ...stream, source: 'execution', key };
}
