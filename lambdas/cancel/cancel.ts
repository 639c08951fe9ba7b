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
  type Shard,
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
  /** What has not ended by now is reported as it is. */
  readonly last: boolean;
}

/** Half of a call is for what has ended, however long the rest takes. */
const LAST_SHARD_MS = 450_000;
/** A call to an endpoint that is silent takes a minute. */
const LAST_CALL_MS = 120_000;

/** A shard as it is known after a look, and the way into it. */
interface Looked extends Shard {
  readonly page: ProgressShard;
  /** By id. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** Why it could not be entered. */
  readonly run: Collecting | Reason;
  /** Nothing of it can go on any more; or nothing is waited for any more. */
  readonly ended: boolean;
}

export async function cancel(
  deps: CancelDeps,
  input: CancelInput,
): Promise<z.infer<typeof CancelOutput>> {
  const { store } = deps;
  const round = await begin(deps, input);
  const left = await untold(deps, input);
  const troubles: unknown[] = [];
  /** One shard's trouble is not that of the others; in the last round it is told, after them. */
  const alone = async <T>({ account, region }: Shard, work: () => Promise<T>) => {
    try {
      return await work();
    } catch (error) {
      deps.log.warn('a shard is left for later', { account, region, error: String(error) });
      troubles.push(error);
      return undefined;
    }
  };
  // First everything is asked to end, everywhere: reading what has ended may take long.
  const looked = await perAccount(left, (account, shards) =>
    endInAccount(deps, round, account, shards, alone),
  );
  const ended = looked.flat().filter((shard) => shard.ended);
  const told = await perAccount(ended, async (_account, shards) => {
    let all = 0;
    for (const shard of shards) if (await alone(shard, () => read(deps, round, shard))) all++;
    return all;
  });
  const whole = told.reduce((sum, n) => sum + n, 0);
  // What there was no time for has its turn first.
  if (round.last && troubles.length > 0 && whole + troubles.length === left.length)
    throw troubles[0];
  const done = whole === left.length;
  if (!done) deps.log.info('not all have ended', { round: input.round });
  return {
    next: done ? 'done' : 'wait',
    waitSeconds: roundWait(input.round),
    round: input.round + 1,
  };

  async function begin({ now }: CancelDeps, { dispatch, wave, group, key }: CancelInput) {
    const stored = await store.get(StoredRequest, keys.request(dispatch));
    const notebook = await store.find(Progress, keys.progress(dispatch, wave, group));
    const { at } = await store.get(Revocation, keys.revoked(dispatch));
    return {
      input,
      stored,
      written: notebook ?? firstPage(await store.get(Slice, key), stored.request, now()),
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

type Alone = <T>(shard: Shard, work: () => Promise<T>) => Promise<T | undefined>;

async function endInAccount(
  deps: CancelDeps,
  round: Round,
  account: string,
  shards: readonly ClaimedShard[],
  alone: Alone,
): Promise<Looked[]> {
  const { input, stored } = round;
  const enter = sessionsIn(deps.spokes, account, {
    dispatch: input.dispatch,
    requester: stored.request.requester,
    purpose: 'recall',
    kind: kindOf(stored.request),
    logs: round.written.shards.some(isLogged),
  });
  const all: Looked[] = [];
  // In each round another one is first: Regions that are silent take the time of those after them.
  const first = input.round % shards.length;
  for (const shard of [...shards.slice(first), ...shards.slice(0, first)]) {
    if (deps.remainingMs() < LAST_SHARD_MS) break;
    const session = await enter(requestIn(stored.request, shard).role);
    if ('code' in session) deps.log.warn('cannot enter', { account, reason: session });
    const run = 'code' in session ? session : session(shard.region);
    const looked = await alone(shard, () => endInShard(deps, round, shard, run));
    if (looked) all.push(looked);
  }
  return all;
}

async function endInShard(
  deps: CancelDeps,
  round: Round,
  { account, region, batches }: ClaimedShard,
  run: Collecting | Reason,
): Promise<Looked> {
  const { store } = deps;
  const { dispatch, wave, group } = round.input;
  const same = (s: Shard) => s.account === account && s.region === region;
  const written = round.written.shards.find(same) ?? { account, region, batches: [] };
  const nodes = new Map(written.batches.flatMap((batch) => batch.nodes.map((n) => [n.id, n])));
  const page = await pageOf(
    written,
    batches,
    (batch) => store.get(Intent, keys.intent(dispatch, wave, account, region, batch)),
    nodes,
  );
  if (!('code' in run)) await end(deps, round, { dispatch, wave, group }, page, run);
  const ended = round.last || !page.batches.some(isOpen);
  return { account, region, page, nodes, run, ended };
}

/** True when the results of the shard are written. */
async function read(
  deps: CancelDeps,
  { input: { dispatch, life, wave }, last }: Round,
  { account, region, page, nodes, run }: Looked,
): Promise<boolean> {
  const { store } = deps;
  const note = keys.recallRead(dispatch, life, wave, account, region);
  const before = await store.find(Collected, note);
  const of = { dispatch, wave, account, region };
  const { collected } = await inParts(deps, of, { ...page, collected: before }, run, {
    partKey: (part) => keys.recallPart(dispatch, life, wave, account, region, part),
    resultKey: keys.recallResult(dispatch, life, wave, account, region),
    tell: (rows) => rows.map((row) => lastlyOf(row, nodes.get(row.node), page.detaches)),
    saw: () => undefined,
    isOpen: (rows) => rows.some((row) => OPEN.has(row.reason?.code ?? '')),
    final: last,
  });
  if (!collected.whole && collected.parts.length > (before?.parts.length ?? 0))
    await store.put(note, collected);
  return collected.whole;
}

/** Of a row that is not its last word; `notAnswered` is what that says in the end. */
const OPEN: ReadonlySet<string> = new Set(['stillOpen', 'notAnswered']);

/** Looks, and cancels what has not ended; what that comes to stands in the shard. */
async function end(
  deps: CancelDeps,
  { revokedAt }: Round,
  of: { dispatch: string; wave: number; group: number },
  shard: ProgressShard,
  run: Collecting,
): Promise<void> {
  const { account, region } = shard;
  try {
    if (shard.batches.some(isOpen)) await lookInShard(run, of, shard, deps.now(), revokedAt);
  } catch (error) {
    deps.log.warn('cannot look', { account, region, reason: reasonOf(error, 'ssm:ListCommands') });
  }
  for (const batch of shard.batches) {
    if (deps.remainingMs() < LAST_CALL_MS) return;
    if (batch.state === 'sent' && batch.commandId) await askToEnd(run, deps, shard, batch);
  }
}
