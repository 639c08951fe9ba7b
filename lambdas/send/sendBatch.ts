/** One SendCommand and what its answer, or the lack of one, means. */
import { documentIn } from '../../contract/documents.ts';
import { BATCH, commentOf, keys, exchangeBucketName, uploadPrefix } from '../../contract/names.ts';
import { logGroupOf } from '../../contract/output.ts';
import type { Job } from '../../contract/steps.ts';
import {
  type Batch,
  type ProgressShard,
  type Reason,
  SharedSource,
} from '../../contract/stored.ts';
import { type Document, isSource, sendingTo, shared, sourceOf } from '../shared/action.ts';
import { expiryOf, timeoutSeconds } from '../shared/batches.ts';
import type { Sending } from '../shared/runCommand.ts';
import { type Claiming, type Context, judge } from './judge.ts';
import type { SendDeps } from './send.ts';
import { startExecution } from './startExecution.ts';

/** Whatever may take its time, done before the batch is claimed: what remains is the call that starts it. */
export async function prepared(
  deps: SendDeps,
  { job, request, due: { batch } }: Claiming,
): Promise<(context: Context) => Promise<void>> {
  const { action } = request;
  if (action.type === 'automation') return (context) => startExecution(deps, context, action);
  // All nodes of a batch are of one platform, and the source of a copy is in one of its own.
  const [first] = batch.nodes;
  const gets = sourceOf(action) && !(first && isSource(action, first));
  const source = gets ? await deps.store.find(SharedSource, keys.source(job.dispatch)) : undefined;
  const whole = source ? { ...request, action: shared(action, source.sha256) } : request;
  const sending = gets && !source ? NO_SOURCE : sendingTo(whole, first);
  return (context) => sendBatch(deps, context, sending);
}

async function sendBatch(
  deps: SendDeps,
  context: Context,
  sending: ReturnType<typeof sendingTo>,
): Promise<void> {
  const { job, request, shard, due, run } = context;
  const { batch } = due;
  const { timeouts } = request;
  if ('code' in sending) return void Object.assign(batch, skippedFor(sending));
  const { document, parameters } = sending;
  const now = deps.now();
  batch.since ??= new Date(now).toISOString();
  if (job.life > 0) batch.life = job.life;
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
    await judge(deps, context, error, 'ssm:SendCommand');
  }
}

/** What was frozen is what runs, also where the owner of the document has changed it since. */
function pinned({ documents = [] }: ProgressShard, { name, hash }: Document): { hash?: string } {
  const frozen = hash ?? documents.find((each) => each.name === name)?.hash;
  return frozen ? { hash: frozen } : {};
}

const NO_SOURCE: Reason = {
  code: 'noSource',
  message: 'there is nothing to copy: the node that has the file did not give it',
};

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

const skippedFor = (reason: Reason): Partial<Batch> => ({
  state: 'refused',
  outcome: 'skipped',
  reason,
});
