/** What the failure of a send or a start means for its batch. */
import { SSMServiceException } from '@aws-sdk/client-ssm';
import { isThrottlingError } from '@smithy/core/retry';
import type { Request } from '../../contract/request.ts';
import type { Job } from '../../contract/steps.ts';
import type { Batch, ProgressShard, Reason } from '../../contract/stored.ts';
import type { Due } from '../shared/batches.ts';
import { outcomeOfReason, reasonOf } from '../shared/reasons.ts';
import type { RunCommand } from '../shared/runCommand.ts';
import type { SendDeps } from './send.ts';

export interface Claiming {
  readonly job: Job;
  readonly request: Request;
  readonly shard: ProgressShard;
  readonly due: Due;
}

export interface Context extends Claiming {
  readonly run: RunCommand;
}

/**
 * Throttled: nothing ran, the batch goes again later. Refused by name: nothing ran and nothing will. All
 * else (5xx, a lost connection, an answer that cannot be read): nobody knows yet.
 */
export async function judge(
  deps: SendDeps,
  context: Context,
  error: unknown,
  call: string,
): Promise<void> {
  const { batch } = context.due;
  const reason = reasonOf(error, call);
  if (isThrottling(error) && !tooLate(deps, context)) {
    // Under a name of its own, so that of two attempts at the same time one claims it again.
    batch.batch = nextName(batch.batch);
  } else if (!isRefusal(error)) {
    Object.assign(batch, { state: 'unsure', reason } satisfies Partial<Batch>);
  } else if (reason.code === 'InvalidInstanceId' && (await split(context, reason))) {
    deps.log.info('batch split', { batch: batch.batch });
  } else {
    refuse(batch, reason);
  }
  deps.log.warn('batch not sent', { batch: batch.batch, state: batch.state, code: reason.code });
}

/** A batch that is throttled for as long as a node may wait for its command is given up. */
const tooLate = (deps: SendDeps, { due, request }: Context): boolean =>
  deps.now() - Date.parse(due.batch.since ?? '') > request.timeouts.deliverySeconds * 1000;

/** 100 executions an account and Region (Systems Manager quotas): a later one finds its place. */
const FULL = 'AutomationExecutionLimitExceededException';

/** The SDK's own judgement, which the retry of this call goes by as well. */
export const isThrottling = (error: unknown): boolean =>
  error instanceof SSMServiceException &&
  (error.name === FULL ||
    isThrottlingError({ name: error.name, message: error.message, $metadata: error.$metadata }));

const refuse = (batch: Batch, reason: Reason) =>
  Object.assign(batch, {
    state: 'refused',
    outcome: outcomeOfReason(reason),
    reason,
  } satisfies Partial<Batch>);

/** A token that was used before, for something else: what it started is to be looked for. */
const USED = 'IdempotentParameterMismatch';

/** A 4xx that SSM itself answered. */
export const isRefusal = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  '$fault' in error &&
  error.$fault === 'client' &&
  !(error instanceof Error && error.name === USED);

/** `3` → `3r1` → `3r2`: what goes again of a batch whose command certainly ran nowhere. */
export function nextName(batch: string): string {
  const [number, repeat = '0'] = batch.split('r');
  return `${number}r${Number(repeat) + 1}`;
}

/**
 * One node that is gone refuses the whole call for 50. Those that are still there go again, under a name of
 * their own: the refused command ran nowhere.
 */
async function split({ due, shard, run }: Context, reason: Reason): Promise<boolean> {
  const { batch } = due;
  const Values = batch.nodes.map((n) => n.id);
  const present = await run.nodes({ Key: 'InstanceIds', Values }).catch(() => undefined);
  if (!present) return false;
  // InvalidInstanceId is also the answer for a node whose agent is down, and that one is still listed.
  const there = new Set(present.filter((n) => n.PingStatus === 'Online').map((n) => n.InstanceId));
  const left = batch.nodes.filter((n) => there.has(n.id));
  const gone = batch.nodes.filter((n) => !there.has(n.id));
  if (gone.length === 0) return false;
  if (left.length > 0)
    shard.batches.push({
      batch: nextName(batch.batch),
      document: batch.document,
      nodes: left,
      state: 'planned',
    });
  batch.nodes = gone;
  refuse(batch, { ...reason, message: `no longer reachable when it was sent: ${reason.message}` });
  return true;
}
