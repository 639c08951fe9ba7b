/** One look at the open executions of a shard; those whose time is up are stopped. */
import { hasEnded, outcomeOfExecution } from '../../contract/automationStatus.ts';
import { DISPATCH_ROLE } from '../../contract/names.ts';
import { errorsIn } from '../../contract/outcomes.ts';
import type { Batch, Reason } from '../../contract/stored.ts';
import type { Automation, Execution } from './automation.ts';
import { overdue } from './batches.ts';
import { LOST_MS } from './recalled.ts';
import { reasonOf } from './reasons.ts';

/** Looks a second that AWS takes in an account and Region; what is left over is looked at the next time. */
const LOOKS = 3;
/** Pages of 50 to look for executions in: others start executions as well. */
const PAGES = 3;
/** A clock of ours may run ahead of AWS's. */
const SKEW_MS = 60_000;

export const TIME_UP = 'executionTimeout';

export async function lookAtExecutions(
  run: Automation,
  dispatch: string,
  open: readonly Batch[],
  now: number,
  revokedAt: number,
  role: string = DISPATCH_ROLE,
): Promise<void> {
  const seen = new Map<Batch, Execution>();
  const listed = open.length > 1 || open.some((b) => !b.commandId);
  if (listed) await findByList(run, `:assumed-role/${role}/${dispatch}`, open, seen);
  let asked = listed ? 1 : 0;
  for (const batch of open) {
    if (!seen.has(batch) && batch.commandId) {
      if (asked++ >= LOOKS) continue;
      const execution = await run.execution(batch.commandId);
      if (execution) seen.set(batch, execution);
    }
    await judge(run, batch, seen.get(batch), now, revokedAt);
  }
}

/**
 * An execution names its caller, whose session is named after the dispatch. One that has no id here yet is
 * known by that, and where a shard has several by the nodes that it was given.
 */
async function findByList(
  run: Automation,
  /** How the one who starts them is called. */
  caller: string,
  open: readonly Batch[],
  seen: Map<Batch, Execution>,
): Promise<void> {
  const first = Math.min(...open.map((b) => Date.parse(b.since ?? '')));
  const byId = new Map(open.flatMap((b) => (b.commandId ? [[b.commandId, b]] : [])));
  const strangers: Execution[] = [];
  let pages = PAGES;
  for await (const executions of run.startedSince(new Date(first - SKEW_MS))) {
    for (const execution of executions) {
      const batch = byId.get(execution.AutomationExecutionId);
      if (batch) seen.set(batch, execution);
      else if (!execution.ParentAutomationExecutionId && execution.ExecutedBy?.endsWith(caller))
        strangers.push(execution);
    }
    const missing = open.filter((batch) => !seen.has(batch));
    if (missing.length === 0 || (--pages <= 0 && missing.every((b) => b.commandId))) break;
  }
  for (const batch of open) {
    if (batch.commandId) continue;
    const found = await adopted(run, strangers, batch);
    if (found) seen.set(batch, found);
  }
}

async function adopted(
  run: Automation,
  candidates: readonly Execution[],
  { nodes }: Batch,
): Promise<Execution | undefined> {
  const instances = nodes[0]?.instances;
  if (!instances) return candidates[0];
  const wanted = JSON.stringify(instances);
  for (const { AutomationExecutionId } of candidates) {
    const whole = await run.execution(AutomationExecutionId);
    const given = Object.values(whole?.Parameters ?? {}).map((values) => JSON.stringify(values));
    if (given.includes(wanted)) return whole;
  }
  return undefined;
}

async function judge(
  run: Automation,
  batch: Batch,
  execution: Execution | undefined,
  now: number,
  revokedAt: number,
): Promise<void> {
  if (!execution) return judgeMissing(batch, now, revokedAt);
  const { AutomationExecutionId, AutomationExecutionStatus: status } = execution;
  batch.state = 'sent';
  batch.commandId = AutomationExecutionId;
  if (batch.reason?.code !== TIME_UP) delete batch.reason;
  if (hasEnded(status)) {
    batch.state = 'done';
    const outcome = batch.reason?.code === TIME_UP ? 'timedOut' : outcomeOfExecution(status);
    batch.errors = errorsIn({ [outcome]: 1 });
    return;
  }
  // A recall has found it by its intent, and stops it anyway.
  if (batch.expiresAt === undefined || now < Date.parse(batch.expiresAt)) return;
  batch.reason = await stopped(run, AutomationExecutionId, status);
  if (overdue(batch, now)) batch.state = 'done';
}

/** Asked again at each look: what counts is what the execution says then. */
async function stopped(run: Automation, id: string, status: string): Promise<Reason> {
  const message = `it was ${status} after executionSeconds, and was stopped`;
  try {
    await run.stop(id);
  } catch (error) {
    const reason = reasonOf(error, 'ssm:StopAutomationExecution');
    // It has just ended, or is being stopped already.
    if (reason.code !== 'InvalidAutomationStatusUpdateException') return reason;
  }
  return { code: TIME_UP, message };
}

function judgeMissing(batch: Batch, now: number, revokedAt: number): void {
  const since = Math.max(revokedAt, Date.parse(batch.since ?? ''));
  const lost = !batch.commandId && now - since > LOST_MS;
  if (!lost && !overdue(batch, now)) return;
  Object.assign(batch, {
    state: 'done',
    outcome: 'unknown',
    reason: batch.commandId
      ? { code: 'vanished', message: 'Automation no longer shows the execution' }
      : {
          code: 'lost',
          message: 'the reply to the start was lost and no such execution is shown',
        },
  } satisfies Partial<Batch>);
}
