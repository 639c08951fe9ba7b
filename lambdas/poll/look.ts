/** One look at the open batches of a shard. */
import { documentIn } from '../../contract/documents.ts';
import { batchOf } from '../../contract/names.ts';
import { isTerminal } from '../../contract/outcomes.ts';
import type { Job } from '../../contract/steps.ts';
import type { Batch, ProgressShard } from '../../contract/stored.ts';
import { isOpen, overdue } from '../shared/batches.ts';
import type { Command, RunCommand } from '../shared/runCommand.ts';

/** From here on, one list of 50 is cheaper than a call per command. */
const LIST_FROM = 3;

export async function lookInShard(
  run: RunCommand,
  job: Job,
  shard: ProgressShard,
  now: number,
): Promise<void> {
  const open = shard.batches.filter(isOpen);
  const seen =
    open.length >= LIST_FROM || open.some((b) => !b.commandId)
      ? await listed(run, job, shard.region, open)
      : await oneByOne(run, open);
  for (const batch of open) judge(batch, seen.get(batch), now);
}

async function oneByOne(run: RunCommand, open: readonly Batch[]): Promise<Map<Batch, Command>> {
  const seen = new Map<Batch, Command>();
  for (const batch of open) {
    const command = batch.commandId && (await run.command(batch.commandId));
    if (command) seen.set(batch, command);
  }
  return seen;
}

/** A clock of ours may run ahead of SSM's. */
const SKEW_MS = 60_000;

async function listed(
  run: RunCommand,
  job: Job,
  region: string,
  open: readonly Batch[],
): Promise<Map<Batch, Command>> {
  const seen = new Map<Batch, Command>();
  for (const [document, batches] of Map.groupBy(open, (b) => documentIn(b.document, region)))
    await listDocument(run, job, document, batches, seen);
  return seen;
}

async function listDocument(
  run: RunCommand,
  job: Job,
  document: string,
  open: readonly Batch[],
  seen: Map<Batch, Command>,
): Promise<void> {
  const first = Math.min(...open.map((b) => Date.parse(b.since ?? '')));
  const byName = new Map(open.map((b) => [b.batch, b]));
  for await (const commands of run.commandsSince(new Date(first - SKEW_MS), document)) {
    for (const command of commands) {
      const name = batchOf(command.Comment);
      const ours =
        name?.dispatch === job.dispatch && name.wave === job.wave && name.group === job.group;
      const batch = ours ? byName.get(name.batch) : undefined;
      if (batch) seen.set(batch, command);
    }
    if (open.every((batch) => seen.has(batch))) break;
  }
}

/** Lists are eventually consistent: a command that exists is shown well within this time. */
const LOST_MS = 120_000;

function judge(batch: Batch, command: Command | undefined, now: number): void {
  if (command) {
    batch.state = 'sent';
    batch.commandId = command.CommandId;
    if (command.ExpiresAfter) batch.expiresAt = command.ExpiresAfter.toISOString();
    delete batch.reason;
    if (isTerminal(command.Status) || overdue(batch, now)) batch.state = 'done';
    return;
  }
  const lost = !batch.commandId && now - Date.parse(batch.since ?? '') > LOST_MS;
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
