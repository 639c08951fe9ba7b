/** One StartAutomationExecution and what its answer, or the lack of one, means. */
import { commentOf } from '../../contract/names.ts';
import type { Batch } from '../../contract/stored.ts';
import { startOf } from '../shared/actions/automation.ts';
import type { Of } from '../shared/actions/sending.ts';
import { expiryOf } from '../shared/batches.ts';
import { reasonOf } from '../shared/reasons.ts';
import { type Context, isRefusal, isThrottling, judge } from './judge.ts';
import type { SendDeps } from './send.ts';

export async function startExecution(
  deps: SendDeps,
  context: Context,
  action: Of<'automation'>,
): Promise<void> {
  const { job, request, shard, due, run } = context;
  const { batch } = due;
  const now = deps.now();
  batch.since ??= new Date(now).toISOString();
  if (job.life > 0) batch.life = job.life;
  batch.expiresAt ??= expiryOf(due, request.timeouts, now);
  const name = commentOf({ ...job, batch: batch.batch });
  const place = {
    partition: deps.partition,
    account: shard.account,
    region: shard.region,
    role: deps.automationRole,
  };
  const starting = startOf(action, batch.nodes[0] ?? { id: '' }, name, place);
  const start = async () => {
    const commandId = await run.automation.start(starting);
    Object.assign(batch, { state: 'sent', commandId } satisfies Partial<Batch>);
  };
  // Another attempt may have started it: then no answer but an id says what became of that.
  const unsure = batch.state === 'unsure';
  try {
    await start();
  } catch (error) {
    if (unsure) {
      batch.reason = reasonOf(error, CALL);
      return;
    }
    const clear = isThrottling(error) || isRefusal(error);
    // Whatever became of the first one: with its token the second is the same start.
    if (!clear) await deps.pause(A_START_MS);
    if (clear || !(await start().then(succeeded, failed))) await judge(deps, context, error, CALL);
  }
}

/** AWS takes one start a second in an account and Region. */
const A_START_MS = 1_100;
const CALL = 'ssm:StartAutomationExecution';
const succeeded = () => true;
const failed = () => false;
