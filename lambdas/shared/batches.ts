/** How the nodes of a shard become batches, and which of them may go now. */
import { BATCH } from '../../contract/names.ts';
import { logDelayOf } from '../../contract/output.ts';
import { limitOf } from '../../contract/primitives.ts';
import type { Request } from '../../contract/request.ts';
import type { Batch, Node, Progress, ProgressShard, Slice } from '../../contract/stored.ts';
import { copyName } from '../../contract/actions/copy.ts';
import { isSource, sendingTo } from './action.ts';
import { fetchOf } from './actions/copy.ts';
import { detaches } from './detaching.ts';
import { requestIn } from './overrides.ts';

/** The notebook of a child that has not sent anything yet. */
export const firstPage = (slice: Slice, request: Request, now: number): Progress => ({
  requester: request.requester,
  ...(request.maxConcurrency && { maxConcurrency: request.maxConcurrency }),
  ...(request.tolerate.length > 0 && { tolerate: request.tolerate }),
  startedAt: new Date(now).toISOString(),
  shards: slice.shards.map(({ account, region, documents, nodes }) => {
    const here = requestIn(request, { account, region });
    return {
      account,
      region,
      ...(documents && { documents }),
      ...(here.role !== undefined && { role: here.role }),
      ...bringing(here, nodes),
      ...(detaches(here.action) && { detaches: true as const }),
      batches: batchesOf(here, nodes),
    };
  }),
});

/** How output is brought in, where not by Systems Manager; what is fetched takes the same way. */
function bringing(
  { action, output }: Request,
  nodes: readonly Node[],
): Pick<ProgressShard, 'output' | 'fetch'> {
  // The source of a copy is alone in its wave.
  const shares = action.type === 'copy' && nodes.some((node) => isSource(action, node));
  const fetch =
    action.type === 'fetch' ? action : shares && action.node ? fetchOf(action.node) : undefined;
  if (!fetch) return output.to === 'inline' ? {} : { output };
  const { linux, windows } = fetch;
  return {
    output: { to: 's3' },
    fetch: {
      ...(linux && { linux }),
      ...(windows && { windows }),
      ...(shares && { share: copyName(action) }),
    },
  };
}

/** A command runs one document, so nodes of different platforms are in different batches. */
function batchesOf(request: Request, nodes: readonly Node[]): Batch[] {
  if (request.action.type === 'automation') return executionsOf(request.action.runbook, nodes);
  const batches: Batch[] = [];
  for (const [, alike] of Map.groupBy(nodes, (node) => node.platform)) {
    const sending = sendingTo(request, alike[0]);
    const kind: Pick<Batch, 'document' | 'state' | 'outcome' | 'reason'> =
      'code' in sending
        ? { document: 'none', state: 'refused', outcome: 'skipped', reason: sending }
        : { document: sending.document.name, state: 'planned' };
    for (let i = 0; i < alike.length; i += BATCH)
      batches.push({ ...kind, batch: String(batches.length), nodes: alike.slice(i, i + BATCH) });
  }
  return batches;
}

/** An execution each: every row of an automation is one. */
const executionsOf = (document: string, nodes: readonly Node[]): Batch[] =>
  nodes.map((node, i) => ({
    kind: 'automation',
    batch: String(i),
    document,
    nodes: [node],
    state: 'planned',
  }));

/** How long logs are given after the end (s); undefined: no output goes to one. */
export function logDelayIn({ shards }: Progress): number | undefined {
  const delays = shards.flatMap(({ output }) =>
    output?.to === 'cloudwatch' ? [logDelayOf(output)] : [],
  );
  return delays.length > 0 ? Math.max(...delays) : undefined;
}

/** Whether its output goes to a log group. */
export const isLogged = ({ output }: ProgressShard): boolean => output?.to === 'cloudwatch';

export const isOpen = ({ state }: Batch) => state === 'sent' || state === 'unsure';

/** A dispatch is one action, so its batches are of one kind. */
export const kindOf = (shards: readonly ProgressShard[]): Batch['kind'] =>
  shards.flatMap((s) => s.batches)[0]?.kind;

export interface Due {
  readonly batch: Batch;
  /** MaxConcurrency of the command. */
  readonly concurrency: number;
}

/**
 * maxConcurrency holds for the account and Region, SSM's MaxConcurrency for one command: at most as many
 * batches are open at once as there are places, and the places are divided among them.
 */
export function dueBatches(shard: ProgressShard, maxConcurrency: string | undefined): Due[] {
  const due = placesFor(shard, maxConcurrency);
  const [first] = due;
  // Automation takes one start a second in an account and Region: the rest comes after the wait.
  return first?.batch.kind === 'automation' ? [first] : due;
}

function placesFor(shard: ProgressShard, maxConcurrency: string | undefined): Due[] {
  const planned = shard.batches.filter((b) => b.state === 'planned');
  if (maxConcurrency === undefined)
    return planned.map((batch) => ({ batch, concurrency: batch.nodes.length }));
  const nodes = shard.batches.reduce((sum, b) => sum + b.nodes.length, 0);
  const places = Math.max(1, limitOf(maxConcurrency, nodes));
  const atOnce = Math.min(shard.batches.length, places);
  const free = Math.max(0, atOnce - shard.batches.filter(isOpen).length);
  return planned.slice(0, free).map((batch) => ({
    batch,
    concurrency: Math.min(batch.nodes.length, Math.floor(places / atOnce)),
  }));
}

/** SSM's bounds for TimeoutSeconds are 30 s and 30 days. */
const LONGEST_DELIVERY = 2_592_000;

/**
 * TimeoutSeconds must cover a node that queues behind the others of its command: at ExpiresAfter
 * (TimeoutSeconds + execution timeout) SSM ends whatever has not started.
 */
export function timeoutSeconds(due: Due, timeouts: Request['timeouts']): number {
  const turns = Math.ceil(due.batch.nodes.length / Math.max(1, due.concurrency));
  const queued = (turns - 1) * timeouts.executionSeconds;
  return Math.min(LONGEST_DELIVERY, timeouts.deliverySeconds + queued);
}

/**
 * When SSM ends the batch at the latest, if it is sent at `now` (ms since the epoch). Nothing is delivered to an
 * Automation, and Poll stops it then.
 */
export function expiryOf(due: Due, timeouts: Request['timeouts'], now: number): string {
  const delivery = due.batch.kind === 'automation' ? 0 : timeoutSeconds(due, timeouts);
  return new Date(now + (delivery + timeouts.executionSeconds) * 1000).toISOString();
}

/** SSM's own bookkeeping may lag behind ExpiresAfter. */
const GRACE_MS = 5 * 60_000;

export const overdue = ({ expiresAt }: Batch, now: number): boolean =>
  expiresAt !== undefined && now > Date.parse(expiresAt) + GRACE_MS;
