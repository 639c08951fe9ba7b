/** One SendCommand and what its answer, or the lack of one, means. */
import { SSMServiceException } from '@aws-sdk/client-ssm';
import { isThrottlingError } from '@smithy/core/retry';
import { documentIn } from '../../contract/documents.ts';
import { BATCH, commentOf, exchangeBucketName, uploadPrefix } from '../../contract/names.ts';
import { logGroupOf } from '../../contract/output.ts';
import type { Request } from '../../contract/request.ts';
import type { Job } from '../../contract/steps.ts';
import type { Batch, ProgressShard, Reason } from '../../contract/stored.ts';
import { type Document, sendingFor } from '../shared/action.ts';
import { outcomeOfReason, reasonOf } from '../shared/reasons.ts';
import type { RunCommand, Sending } from '../shared/runCommand.ts';
import { type Due, expiryOf, timeoutSeconds } from '../shared/batches.ts';
import type { SendDeps } from './send.ts';

export interface Context {
  readonly job: Job;
  readonly request: Request;
  readonly shard: ProgressShard;
  readonly due: Due;
  readonly run: RunCommand;
}

export async function sendBatch(deps: SendDeps, context: Context): Promise<void> {
  const { job, request, shard, due, run } = context;
  const { batch } = due;
  const { timeouts } = request;
  // All nodes of a batch are of one platform.
  const sending = sendingFor(request, batch.nodes[0]?.platform);
  if ('code' in sending) return void Object.assign(batch, skippedFor(sending));
  const { document, parameters } = sending;
  const now = deps.now();
  batch.since ??= new Date(now).toISOString();
  batch.expiresAt = expiryOf(due, timeouts, now);
  try {
    const command = await run.send({
      ...document,
      ...pinned(shard, document),
      name: documentIn(document.name, shard.region),
      nodes: batch.nodes.map((n) => n.id),
      parameters: parameters({ hub: deps.hub, region: shard.region }),
      comment: commentOf({ ...job, batch: batch.batch }),
      timeoutSeconds: timeoutSeconds(due, timeouts),
      maxConcurrency: Math.min(due.concurrency, BATCH),
      // Systems Manager's own count cannot leave timeouts out.
      maxErrors: request.tolerate.includes('timedOut') ? batch.nodes.length : job.maxErrors,
      ...wanted(deps.hub, job, shard),
    });
    Object.assign(batch, {
      state: 'sent',
      commandId: command.CommandId,
      ...(command.ExpiresAfter && { expiresAt: command.ExpiresAfter.toISOString() }),
    } satisfies Partial<Batch>);
  } catch (error) {
    await judge(deps, context, error);
  }
}

/** What was frozen is what runs, also where the owner of the document has changed it since. */
function pinned({ documents = [] }: ProgressShard, { name, hash }: Document): { hash?: string } {
  const frozen = hash ?? documents.find((each) => each.name === name)?.hash;
  return frozen ? { hash: frozen } : {};
}

/** Where the agents are to bring the output. */
const wanted = (
  hub: string,
  { dispatch }: Job,
  { account, region, output }: ProgressShard,
): Pick<Sending, 'upload' | 'logGroup'> => ({
  ...(output?.to === 's3' && {
    upload: {
      bucket: exchangeBucketName(hub, region),
      prefix: uploadPrefix(account, dispatch),
    },
  }),
  ...(output?.to === 'cloudwatch' && { logGroup: logGroupOf(output) }),
});

export const skippedFor = (reason: Reason): Partial<Batch> => ({
  state: 'refused',
  outcome: 'skipped',
  reason,
});

/**
 * Throttled: nothing ran, the batch goes again later. Refused by name: nothing ran and nothing will. All
 * else (5xx, a lost connection, an answer that cannot be read): nobody knows yet.
 */
async function judge(deps: SendDeps, context: Context, error: unknown): Promise<void> {
  const { batch } = context.due;
  const reason = reasonOf(error, 'ssm:SendCommand');
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

/** The SDK's own judgement, which the retry of this call goes by as well. */
const isThrottling = (error: unknown): boolean =>
  error instanceof SSMServiceException &&
  isThrottlingError({ name: error.name, message: error.message, $metadata: error.$metadata });

const refuse = (batch: Batch, reason: Reason) =>
  Object.assign(batch, {
    state: 'refused',
    outcome: outcomeOfReason(reason),
    reason,
  } satisfies Partial<Batch>);

/** A 4xx that SSM itself answered. */
const isRefusal = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && '$fault' in error && error.$fault === 'client';

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
