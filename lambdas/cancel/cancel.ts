/**
 * Cancel: one round of a child of the recall. It looks for every command that may have been sent, cancels
 * those that have not ended, and writes the results of each shard in which all have. A shard with results is
 * done. Of any other it keeps how far it has read; everything else is found again in the next round.
 */
import type * as z from 'zod';
import { keys } from '../../contract/names.ts';
import type { CancelInput, CancelOutput } from '../../contract/steps.ts';
import {
  type ClaimedShard,
  Collected,
  Intent,
  type Node,
  Progress,
  type ProgressShard,
  type Reason,
  Revocation,
  type Row,
  Slice,
  StoredRequest,
} from '../../contract/stored.ts';
import { kindOf } from '../shared/action.ts';
import { perAccount, sessionsIn } from '../shared/accounts.ts';
import { firstPage, isLogged, isOpen } from '../shared/batches.ts';
import type { CollectorDeps } from '../shared/collector.ts';
import { askToEnd } from '../shared/ending.ts';
import { inParts, type PartsDeps } from '../shared/inParts.ts';
import { lookInShard } from '../shared/look.ts';
import { lastlyOf } from '../shared/lastly.ts';
import { requestIn } from '../shared/overrides.ts';
import { reasonOf } from '../shared/reasons.ts';
import type { Collecting } from '../shared/runCommand.ts';
import { pageOf } from './page.ts';
import { roundWait, MOST_ROUNDS } from './rounds.ts';

export type CancelDeps = PartsDeps & Pick<CollectorDeps, 'spokes'>;

/** What the child knows in this round. */
interface Round {
  readonly input: CancelInput;
  readonly stored: StoredRequest;
  readonly revokedAt: number;
  /** The batches as the notebook has them, or as Send would cut them. */
  readonly written: Progress;
  readonly slice: Slice;
  /** What has not ended by now is reported as it is. */
  readonly last: boolean;
}

/** A shard takes a few calls and, with long outputs, one a node. */
const LAST_SHARD_MS = 120_000;

export async function cancel(
  deps: CancelDeps,
  input: CancelInput,
): Promise<z.infer<typeof CancelOutput>> {
  const { store } = deps;
  const round = await begin(deps, input);
  const left = await perAccount(await untold(deps, input), (account, shards) =>
    inAccount(deps, round, account, shards),
  );
  const done = left.every((n) => n === 0);
  if (!done) deps.log.info('not all have ended', { round: input.round });
  return {
    next: done ? 'done' : 'wait',
    waitSeconds: roundWait(input.round),
    round: input.round + 1,
  };

  async function begin({ now }: CancelDeps, { dispatch, wave, group, key }: CancelInput) {
    const stored = await store.get(StoredRequest, keys.request(dispatch));
    const slice = await store.get(Slice, key);
    const notebook = await store.find(Progress, keys.progress(dispatch, wave, group));
    const { at } = await store.get(Revocation, keys.revoked(dispatch));
    return {
      input,
      stored,
      slice,
      written: notebook ?? firstPage(slice, stored.request, now()),
      revokedAt: Date.parse(at),
      last: input.round >= MOST_ROUNDS,
    };
  }
}

async function untold({ store }: CancelDeps, { dispatch, life, wave, shards }: CancelInput) {
  const left: ClaimedShard[] = [];
  for (const shard of shards) {
    const key = keys.recallResult(dispatch, life, wave, shard.account, shard.region);
    if ((await store.list(key)).length === 0) left.push(shard);
  }
  return left;
}

/** How many shards of the account are not done. */
async function inAccount(
  deps: CancelDeps,
  round: Round,
  account: string,
  shards: readonly ClaimedShard[],
): Promise<number> {
  const { input, stored } = round;
  const { requester } = stored.request;
  const kind = kindOf(stored.request);
  const enter = sessionsIn(deps.spokes, account, {
    dispatch: input.dispatch,
    requester,
    purpose: 'recall',
    kind,
    logs: round.written.shards.some(isLogged),
  });
  let left = shards.length;
  for (const shard of shards) {
    if (deps.remainingMs() < LAST_SHARD_MS) break;
    const session = await enter(requestIn(stored.request, shard).role);
    if ('code' in session) deps.log.warn('cannot enter', { account, reason: session });
    const run = 'code' in session ? session : session(shard.region);
    if (await inShard(deps, round, shard, run)) left--;
  }
  return left;
}

/** True when the results of the shard are written. */
async function inShard(
  deps: CancelDeps,
  round: Round,
  { account, region, batches }: ClaimedShard,
  run: Collecting | Reason,
): Promise<boolean> {
  const { store } = deps;
  const { dispatch, life, wave, group } = round.input;
  const same = (s: { account: string; region: string }) =>
    s.account === account && s.region === region;
  const nodes = new Map(round.slice.shards.find(same)?.nodes.map((n) => [n.id, n]));
  const written = round.written.shards.find(same) ?? { account, region, batches: [] };
  const shard = await pageOf(
    written,
    batches,
    (batch) => store.get(Intent, keys.intent(dispatch, wave, account, region, batch)),
    nodes,
  );
  if ('code' in run) {
    if (!round.last && shard.batches.some(isOpen)) return false;
  } else {
    const ended = await end(deps, round, { dispatch, wave, group }, shard, run);
    if (!ended && !round.last) return false;
  }
  const note = keys.recallRead(dispatch, life, wave, account, region);
  const collected = await store.find(Collected, note);
  const of = { dispatch, wave, account, region };
  const reading = await inParts(deps, of, { ...shard, collected }, run, {
    partKey: (part) => keys.recallPart(dispatch, life, wave, account, region, part),
    resultKey: keys.recallResult(dispatch, life, wave, account, region),
    tell: (rows) => told(rows, nodes),
    saw: () => undefined,
    isOpen: (rows) => rows.some((row) => OPEN.has(row.reason?.code ?? '')),
    early: round.last,
  });
  const done = !reading.late && (!reading.unsettled || round.last);
  if (!done && reading.collected.parts > (collected?.parts ?? 0))
    await store.put(note, reading.collected);
  return done;
}

/** Of a row that is not its last word; `notAnswered` is what that says in the end. */
const OPEN: ReadonlySet<string> = new Set(['stillOpen', 'notAnswered']);

const told = (rows: readonly Row[], nodes: ReadonlyMap<string, Node>): Row[] =>
  rows.map((row) => lastlyOf(row, nodes.get(row.node)));

/** Looks, and cancels what has not ended. True when every command has, or is known to be none. */
async function end(
  { log, now }: CancelDeps,
  { revokedAt }: Round,
  of: { dispatch: string; wave: number; group: number },
  shard: ProgressShard,
  run: Collecting,
): Promise<boolean> {
  const { account, region } = shard;
  try {
    if (shard.batches.some(isOpen)) await lookInShard(run, of, shard, now(), revokedAt);
  } catch (error) {
    log.warn('cannot look', { account, region, reason: reasonOf(error, 'ssm:ListCommands') });
  }
  for (const batch of shard.batches)
    if (batch.state === 'sent' && batch.commandId) await askToEnd(run, { log }, shard, batch);
  return !shard.batches.some(isOpen);
}
