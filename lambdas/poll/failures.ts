/**
 * Who follows a dispatch learns of a failure when it happens, not when the slowest node of the group has ended:
 * a batch that counts new errors is looked into. One call for each such batch and round, until the notebook
 * holds as many failures as it keeps.
 */
import { type Failure, MOST_FAILURES, tailOf } from '../../contract/failure.ts';
import { isTerminal, outcomeOf } from '../../contract/outcomes.ts';
import type { Batch, Progress, ProgressShard } from '../../contract/stored.ts';
import type { Invocation, RunCommand } from '../shared/runCommand.ts';

/** What the agent puts between stdout and stderr (amazon-ssm-agent iohandler). */
const ERROR_TITLE = /\n+----------ERROR-------\n/;

export async function noteFailures(
  run: RunCommand,
  progress: Progress,
  shard: ProgressShard,
): Promise<void> {
  for (const batch of shard.batches) {
    const { commandId, errors = 0, told = 0 } = batch;
    const full = (progress.failures ?? []).length >= MOST_FAILURES;
    if (!commandId || errors <= told || full) continue;
    const invocations = await run.invocations(commandId);
    // Other accounts are looked into meanwhile: what is known is read after the call.
    const known = progress.failures ?? [];
    const seen = new Set(known.map(({ node }) => node));
    const failures = invocations.flatMap((invocation) =>
      seen.has(invocation.InstanceId) ? [] : failureOf(shard, batch, invocation),
    );
    progress.failures = [...known, ...failures].slice(0, MOST_FAILURES);
    batch.told = errors;
  }
}

function failureOf(
  { account, region }: ProgressShard,
  { nodes }: Batch,
  { InstanceId, Status, StatusDetails, CommandPlugins }: Invocation,
): Failure[] {
  const outcome = outcomeOf(Status, StatusDetails);
  if (!isTerminal(Status) || outcome === 'succeeded') return [];
  const name = nodes.find(({ id }) => id === InstanceId)?.name;
  const step = CommandPlugins.find(({ ResponseCode = 0 }) => ResponseCode !== 0);
  const exitCode = step?.ResponseCode;
  return [
    {
      account,
      region,
      node: InstanceId,
      ...(name && { name }),
      outcome,
      // -1: it has not started (aws-sdk CommandPlugin).
      ...(exitCode !== undefined && exitCode !== -1 && { exitCode }),
      tail: tailOf((step ?? CommandPlugins.at(-1))?.Output?.replace(ERROR_TITLE, '\n') ?? ''),
    },
  ];
}
