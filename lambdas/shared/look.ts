/** One look at the open batches of a shard. */
import { documentIn } from '../../contract/documents.ts';
import { type BatchName, batchOf } from '../../contract/names.ts';
import { isTerminal } from '../../contract/outcomes.ts';
import type { Batch, ProgressShard } from '../../contract/stored.ts';
import { isOpen, overdue } from './batches.ts';
import { lookAtExecutions } from './lookAutomation.ts';
import { LOST_MS } from './recalled.ts';
import type { Command, RunCommand } from './runCommand.ts';

type Of = Omit<BatchName, 'batch'>;

/** From here on, one list of 50 is cheaper than a call per command. */
const LIST_FROM = 3;

export async function lookInShard(
  run: RunCommand,
  of: Of,
  shard: ProgressShard,
  now: number,
  /** Since when no command can have been sent any more that a list does not show later; 0: not known. */
  revokedAt = 0,
): Promise<void> {
  const { automation = [], command: open = [] } = Object.groupBy(
    shard.batches.filter(isOpen),
    ({ kind = 'command' }) => kind,
  );
  if (automation.length > 0)
    await lookAtExecutions(run.automation, of.dispatch, automation, now, revokedAt, shard.role);
  const seen = new Map<Batch, Command>();
  if (open.length >= LIST_FROM || open.some((b) => !b.commandId))
    await findByList(run, of, shard.region, open, seen);
  for (const batch of open) {
    if (seen.has(batch) || !batch.commandId) continue;
    const command = await run.command(batch.commandId);
    if (command) seen.set(batch, command);
  }
  for (const batch of open) judge(batch, seen.get(batch), now, revokedAt);
}

/** A clock of ours may run ahead of SSM's. */
const SKEW_MS = 60_000;

/** Pages beyond those that our own commands fill: others may send commands there as well. */
const SPARE_PAGES = 2;
const PAGE = 50;

async function findByList(
  run: RunCommand,
  of: Of,
  region: string,
  open: readonly Batch[],
  seen: Map<Batch, Command>,
): Promise<void> {
  for (const [document, batches] of Map.groupBy(open, (b) => documentIn(b.document, region)))
    await findDocument(run, of, document, batches, seen);
}

async function findDocument(
  run: RunCommand,
  of: Of,
  document: string,
  open: readonly Batch[],
  seen: Map<Batch, Command>,
): Promise<void> {
  const first = Math.min(...open.map((b) => Date.parse(b.since ?? '')));
  const byName = new Map(open.map((b) => [b.batch, b]));
  let pages = Math.ceil(open.length / PAGE) + SPARE_PAGES;
  for await (const commands of run.commandsSince(new Date(first - SKEW_MS), document)) {
    for (const command of commands) {
      const name = batchOf(command.Comment);
      const ours =
        name?.dispatch === of.dispatch && name.wave === of.wave && name.group === of.group;
      const batch = ours ? byName.get(name.batch) : undefined;
      if (batch) seen.set(batch, command);
    }
    const missing = open.filter((batch) => !seen.has(batch));
    // What has an id can be asked for by it; what has none is only to be found here.
    if (missing.length === 0 || (--pages <= 0 && missing.every((b) => b.commandId))) return;
  }
}

function judge(batch: Batch, command: Command | undefined, now: number, revokedAt: number): void {
  if (command) {
    batch.state = 'sent';
    batch.commandId = command.CommandId;
    if (command.ErrorCount) batch.errors = command.ErrorCount;
    if (command.DeliveryTimedOutCount) batch.undelivered = command.DeliveryTimedOutCount;
    if (command.CompletedCount) batch.completed = command.CompletedCount;
    if (command.ExpiresAfter) batch.expiresAt = command.ExpiresAfter.toISOString();
    delete batch.reason;
    if (isTerminal(command.Status) || overdue(batch, now)) batch.state = 'done';
    return;
  }
  const since = Math.max(revokedAt, Date.parse(batch.since ?? ''));
  const lost = !batch.commandId && now - since > LOST_MS;
  if (!lost && !overdue(batch, now)) return;
  Object.assign(batch, {
    state: 'done',
    outcome: 'unknown',
    reason: batch.commandId
      ? { code: 'vanished', message: 'Systems Manager no longer shows the command' }
      : {
          code: 'lost',
          message:
            'the reply to the send was lost and no such command is shown; it is not sent again',
        },
  } satisfies Partial<Batch>);
}
