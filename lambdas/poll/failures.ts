/**
 * Who follows a dispatch learns of a failure when it happens, not when the slowest node of the group has ended:
 * a batch that counts new errors is looked into. One call for each such batch and round, until the notebook
 * holds as many failures as it keeps.
 */
import pMap from 'p-map';
import { type Failure, MOST_FAILURES, tailOf } from '../../contract/failure.ts';
import { isTerminal, outcomeOf } from '../../contract/outcomes.ts';
import type { Batch, Progress, ProgressShard } from '../../contract/stored.ts';
import type { Step } from '../shared/documentSteps.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { Invocation, RunCommand } from '../shared/runCommand.ts';
import { toldOf } from '../shared/told.ts';

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
    const failed = invocations
      .filter((each) => !seen.has(each.InstanceId) && isFailure(each))
      .slice(0, MOST_FAILURES - known.length);
    const failures = await pMap(failed, (each) => failureOf(run, shard, batch, each), {
      concurrency: READS_AT_ONCE,
    });
    progress.failures = [...(progress.failures ?? []), ...failures].slice(0, MOST_FAILURES);
    batch.told = errors;
  }
}

const READS_AT_ONCE = 5;

const isFailure = ({ Status, StatusDetails }: Invocation): boolean =>
  isTerminal(Status) && outcomeOf(Status, StatusDetails) !== 'succeeded';

async function failureOf(
  run: RunCommand,
  { account, region }: ProgressShard,
  { nodes, commandId = '' }: Batch,
  { InstanceId, Status, StatusDetails, CommandPlugins }: Invocation,
): Promise<Failure> {
  const name = nodes.find(({ id }) => id === InstanceId)?.name;
  const step = CommandPlugins.find(({ ResponseCode = 0 }) => ResponseCode !== 0);
  const exitCode = step?.ResponseCode;
  const shown = step ?? CommandPlugins.at(-1);
  return {
    account,
    region,
    node: InstanceId,
    ...(name && { name }),
    outcome: outcomeOf(Status, StatusDetails),
    // -1: it has not started (aws-sdk CommandPlugin).
    ...(exitCode !== undefined && exitCode !== -1 && { exitCode }),
    tail: shown ? await endOf(run, commandId, InstanceId, shown, CommandPlugins.length > 1) : '',
  };
}

/** The list cuts the end off, which is what tells: a long output is asked for by itself. */
async function endOf(
  run: RunCommand,
  commandId: string,
  node: string,
  step: Step,
  several: boolean,
): Promise<string> {
  const { texts } = toldOf(
    step,
    () => run.output(commandId, node, several ? step.Name : undefined),
    (error) => reasonOf(error, 'ssm:GetCommandInvocation'),
  );
  const { stdout, stderr } = await texts();
  const said = [stdout.text, stderr.text].map((text) => text.trimEnd());
  return tailOf(said.filter((text) => text !== '').join('\n'));
}
