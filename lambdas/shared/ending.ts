import type { Batch, Shard } from '../../contract/stored.ts';
import type { HubDeps } from './hub.ts';
import { reasonOf } from './reasons.ts';
import type { RunCommand } from './runCommand.ts';

/**
 * Asks for the end of a batch's command on all of its nodes. Best effort, and asked again in each round: what
 * counts is what the invocations say.
 */
export async function askToEnd(
  run: RunCommand,
  { log }: Pick<HubDeps, 'log'>,
  { account, region }: Shard,
  { kind, commandId = '' }: Pick<Batch, 'kind' | 'commandId'>,
): Promise<void> {
  const automation = kind === 'automation';
  const ending = automation ? run.automation.stop(commandId) : run.cancel(commandId);
  await ending.catch((error: unknown) => {
    const call = automation ? 'ssm:StopAutomationExecution' : 'ssm:CancelCommand';
    log.warn('cannot cancel', { account, region, commandId, reason: reasonOf(error, call) });
  });
}
