/**
 * Send: one SendCommand per batch that is due, each at most once. Before a command goes out its intent is
 * written by a conditional put; whoever finds the intent written by somebody else does not send but leaves
 * the batch `unsure`, and Poll looks the command up by its Comment. A batch that is not to be sent is claimed
 * in the same way first: an earlier attempt may have sent it. After the intent, and before each command, comes
 * the question whether the dispatch was revoked: see `isWanted`.
 */
import type * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { commentOf, keys, shardOfKey } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import type { Job, SendOutput } from '../../contract/steps.ts';
import {
  type Batch,
  Intent,
  Progress,
  type ProgressShard,
  type Reason,
  Revocation,
  Slice,
  StoredRequest,
} from '../../contract/stored.ts';
import { documentsOf, kindOf } from '../shared/action.ts';
import { requestIn } from '../shared/overrides.ts';
import { perAccount, sessionsIn } from '../shared/accounts.ts';
import type { DispatcherDeps } from '../shared/hub.ts';
import { outcomeOfReason, reasonOf } from '../shared/reasons.ts';
import { type Due, dueBatches, expiryOf, firstPage } from '../shared/batches.ts';
import { RECALLED, SEND_WITHIN_MS } from '../shared/recalled.ts';
import { capped, endOf, reasonOfStop, stoppedBy, stopTimes } from '../shared/stopping.ts';
import { FIRST_LOOK_SECONDS, waitSeconds } from '../shared/waiting.ts';
import { type Claiming, type Context, nextName } from './judge.ts';
import { prepared } from './sendBatch.ts';

export type SendDeps = Pick<
  DispatcherDeps,
  'store' | 'spokes' | 'log' | 'hub' | 'partition' | 'automationRole' | 'now' | 'newId' | 'pause'
> & {
  remainingMs(): number;
};

/** A call and its answer take at most this long (requestTimeout of the clients and a margin). */
const LAST_CALL_MS = 90_000;

export async function send(deps: SendDeps, job: Job): Promise<z.infer<typeof SendOutput>> {
  const { store } = deps;
  const stored = await store.get(StoredRequest, keys.request(job.dispatch));
  const notebook = keys.progress(job.dispatch, job.wave, job.group);
  const found = await store.find(Progress, notebook);
  if (found) takeUp(found);
  const progress = found ?? {
    ...firstPage(await store.get(Slice, job.key), stored.request, deps.now()),
    stopTimes: stopTimes(stored),
  };

  const known = new Set(progress.shards.flatMap((s) => s.batches.map((b) => nameIn(s, b))));
  let failure: Error | undefined;
  await perAccount(progress.shards, (account, shards) =>
    sendInAccount(deps, job, stored, account, shards).catch((error: unknown) => {
      failure ??= error instanceof Error ? error : new Error(String(error));
    }),
  );
  // What went out is noted first, whatever happened to the others.
  await store.put(notebook, progress);
  if (failure) throw failure;
  // The next start of an Automation is due as soon as AWS takes it; one for which there was no place is not.
  const more = progress.shards.some((shard) =>
    dueBatches(shard, stored.request.maxConcurrency).some(
      ({ batch }) => batch.kind === 'automation' && known.has(nameIn(shard, batch)),
    ),
  );
  const wait = more ? FIRST_LOOK_SECONDS : waitSeconds(deps.now() - Date.parse(progress.startedAt));
  return { waitSeconds: capped(wait, endOf(stopTimes(stored)), deps.now()) };
}

const nameIn = ({ account, region }: ProgressShard, { batch }: Batch): string =>
  `${account}/${region}/${batch}`;

/** What was held back for a revocation certainly ran nowhere: it is asked for anew, under a name of its own. */
function takeUp({ shards }: Progress): void {
  for (const batch of shards.flatMap((s) => s.batches))
    if (batch.state === 'refused' && batch.reason?.code === RECALLED.code) {
      Object.assign(batch, {
        state: 'planned',
        batch: nextName(batch.batch),
      } satisfies Partial<Batch>);
      delete batch.outcome;
      delete batch.reason;
    }
}

async function sendInAccount(
  deps: SendDeps,
  job: Job,
  stored: StoredRequest,
  account: string,
  shards: readonly ProgressShard[],
): Promise<void> {
  const { request } = stored;
  const due = shards.map((shard) => ({ shard, due: dueBatches(shard, request.maxConcurrency) }));
  if (due.every((d) => d.due.length === 0)) return;
  const errand = {
    dispatch: job.dispatch,
    requester: request.requester,
    purpose: 'send',
    documents: [
      ...new Set(
        shards.flatMap((shard) => documentsOf(requestIn(request, shard)).map((d) => d.name)),
      ),
    ],
    kind: kindOf(request),
  } as const;
  const enter = sessionsIn(deps.spokes, account, errand);
  for (const { shard, due: batches } of due) {
    if (batches.length === 0) continue;
    const session = await enter(shard.role);
    for (const batch of batches) {
      if (deps.remainingMs() < LAST_CALL_MS) return leave(deps, job, stored, due);
      const claiming = { job, request: requestIn(request, shard), shard, due: batch };
      const stop = stoppedBy(stopTimes(stored), deps.now());
      const held = stop
        ? { outcome: 'skipped' as const, reason: reasonOfStop(stop) }
        : 'code' in session
          ? { outcome: outcomeOfReason(session), reason: session }
          : undefined;
      // Whatever may take its time comes before the claim.
      const start = held ? undefined : await prepared(deps, claiming);
      const mine = await claim(deps, claiming, held);
      if (!mine) continue;
      // An execution that an earlier attempt may have started is looked for.
      if (held && batch.batch.state !== 'unsure')
        Object.assign(batch.batch, { state: 'refused', ...held } satisfies Partial<Batch>);
      if (!start || 'code' in session) continue;
      const context = { ...claiming, run: session(shard.region) };
      if (await isWanted(deps, context)) await start(context);
    }
  }
}

/**
 * There is no time to claim the others. Those that an attempt before this one had claimed may have been sent, and
 * are not to pass for what has not gone out.
 */
async function leave(
  { store }: SendDeps,
  { dispatch, wave }: Job,
  { request }: StoredRequest,
  shards: readonly { readonly shard: ProgressShard; readonly due: readonly Due[] }[],
): Promise<void> {
  for (const { shard, due } of shards) {
    const left = new Map(
      due.flatMap((each) =>
        each.batch.state === 'planned' ? [[each.batch.batch, each] as const] : [],
      ),
    );
    if (left.size === 0) continue;
    const { account, region } = shard;
    for (const key of await store.list(keys.intentsOf(dispatch, wave, account, region))) {
      const claimed = left.get(shardOfKey(key)?.batch ?? '');
      if (!claimed) continue;
      const written = await intentAt(store, key);
      Object.assign(claimed.batch, claimedBy(written, claimed, request));
    }
  }
}

/** An intent that is there; or why it cannot be read. */
async function intentAt(store: SendDeps['store'], key: string): Promise<Intent | Reason> {
  try {
    return await store.get(Intent, key);
  } catch (error) {
    if (!(error instanceof FleetwideError) || error.name !== 'StoredObjectInvalid') throw error;
    return reasonOf(error, 's3:GetObject');
  }
}

/** What is known of a batch that another attempt has claimed. */
function claimedBy(written: Intent | Reason, due: Due, { timeouts }: Request): Partial<Batch> {
  // Nobody of ours wrote that: what became of the batch cannot be known, and it is not sent.
  if ('code' in written) return { state: 'refused', outcome: 'unknown', reason: written };
  if (written.held) return { state: 'refused', ...written.held };
  const { writtenAt } = written;
  const expiresAt = expiryOf(due, timeouts, Date.parse(writtenAt));
  return { state: 'unsure', since: writtenAt, expiresAt };
}

/** True when what becomes of the batch is for this attempt, and no other, to say. */
async function claim(
  { store, newId, now }: SendDeps,
  { job, request, shard, due }: Claiming,
  held: Intent['held'],
): Promise<boolean> {
  const { batch } = due;
  const key = keys.intent(job.dispatch, job.wave, shard.account, shard.region, batch.batch);
  const intent: Intent = {
    comment: commentOf({ ...job, batch: batch.batch }),
    nodes: batch.nodes.map((n) => n.id),
    writtenAt: new Date(now()).toISOString(),
    writer: newId(),
    ...(held && { held }),
  };
  if (await store.putIfAbsent(key, intent)) return true;
  // Either another attempt wrote it, or the reply to our own put was lost and the SDK put again.
  const written = await intentAt(store, key);
  if (!('code' in written) && written.writer === intent.writer) return true;
  Object.assign(batch, claimedBy(written, due, request));
  return batch.state === 'unsure' && isSameStart(batch, now());
}

/** AWS does not say for how long it remembers a token; attempts of a step follow one another in minutes. */
const TOKEN_MS = 10 * 60_000;

/** An Automation's token follows from its name: starting it again is the same start. */
const isSameStart = ({ kind, since = '' }: Batch, now: number): boolean =>
  kind === 'automation' && now - Date.parse(since) < TOKEN_MS;

/**
 * False once the dispatch is revoked. A Send may outlive the execution that started it, so stopping that is
 * not enough. Send writes its intent, then looks for the revocation; Revoke writes the revocation, then
 * lists the intents (S3 is strongly consistent for both). So either this look finds the revocation, or the
 * recall knows of this batch and looks for its command until long after SEND_WITHIN_MS.
 */
async function isWanted({ store, now }: SendDeps, { job, due }: Context): Promise<boolean> {
  const asked = now();
  const revocation = await store.find(Revocation, keys.revoked(job.dispatch));
  if (revocation && job.life <= (revocation.life ?? Infinity)) {
    // What another attempt may have started is the recall's to find.
    if (due.batch.state !== 'unsure')
      Object.assign(due.batch, {
        state: 'refused',
        outcome: 'skipped',
        reason: RECALLED,
      } satisfies Partial<Batch>);
    return false;
  }
  if (now() - asked <= SEND_WITHIN_MS) return true;
  // The answer is stale. Nothing ran; it goes again under a name, and with an intent, of its own.
  due.batch.batch = nextName(due.batch.batch);
  return false;
}
