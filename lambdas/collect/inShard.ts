/**
 * The rows of one shard. What is settled of a shard with more nodes than memory holds, or with more long outputs
 * than a call has time for, is written in parts; a later call takes up where this one ended.
 */
import { keys } from '../../contract/names.ts';
import { type Batch, type ProgressShard, type Reason, Row } from '../../contract/stored.ts';
import type { CollectorDeps } from '../shared/collector.ts';
import { lastlyOf } from '../shared/lastly.ts';
import type { Of } from '../shared/rowHead.ts';
import { rowsOf } from '../shared/rows.ts';
import type { Collecting } from '../shared/runCommand.ts';
import { share } from './share.ts';
import type { Sum } from './sum.ts';

export type ShardDeps = Pick<CollectorDeps, 'store' | 'log' | 'now' | 'pause' | 'deliveries'> & {
  remainingMs(): number;
};

/** A batch takes a call and, with long outputs, two for each of its 50 nodes. */
const LAST_BATCH_MS = 180_000;
/** Rows of some KB each. */
const MOST_ROWS = 5_000;

export interface Reading {
  /** There was no time for all of it: its result is not written. */
  readonly late: boolean;
  /** What a later reading gives may be more. */
  readonly unsettled: boolean;
}

/**
 * Reads what is not collected yet, writes the result if that is all, and notes in the shard how far it came.
 * @param run why the shard could not be entered; undefined: nothing was sent there
 */
export async function inShard(
  deps: ShardDeps,
  of: Of,
  shard: ProgressShard,
  run: Collecting | Reason | undefined,
  sum: Sum,
): Promise<Reading> {
  const { store } = deps;
  const { parts: before = 0, batches: known = [] } = shard.collected ?? {};
  const settled = new Set(known);
  let parts = before;
  let rows: Row[] = [];
  const open: Row[] = [];
  let late = false;
  const putPart = async () => {
    if (rows.length > 0) await store.putLines(partOf(of, parts++), rows);
    rows = [];
  };
  for (const batches of portions(shard.batches)) {
    if (batches.every(({ batch }) => settled.has(batch))) continue;
    late = deps.remainingMs() < LAST_BATCH_MS;
    if (late) break;
    const read = await rowsOf(deps, of, { ...shard, batches }, run);
    const told = withEndings(read.rows, batches);
    sum.add(told);
    (read.unsettled ? open : rows).push(...told);
    if (!read.unsettled) for (const { batch } of batches) settled.add(batch);
    if (rows.length >= MOST_ROWS) await putPart();
  }
  const unsettled = open.length > 0;
  if (late || unsettled) await putPart();
  if (!late) {
    const rest = [...rows, ...open];
    await putResult(deps, of, { before, parts, rest }, sum);
    await share(deps, of.dispatch, shard, rest);
  }
  shard.collected = { parts, batches: [...settled], whole: !late && !unsettled };
  return { late, unsettled };
}

/** What a shard came to that an earlier call has collected. */
export async function readAgain(
  { store }: Pick<ShardDeps, 'store'>,
  { dispatch, wave, account, region }: Of,
  sum: Sum,
): Promise<void> {
  const key = keys.result(dispatch, wave, account, region);
  for await (const row of (await store.lines(Row, key)) ?? []) sum.add([row]);
}

const partOf = ({ dispatch, wave, account, region }: Of, part: number): string =>
  keys.collected(dispatch, wave, account, region, part);

/** Commands one by one; executions together, as they are looked at so many a second. */
function portions(batches: readonly Batch[]): Batch[][] {
  const [first] = batches;
  return first?.kind === 'automation' ? [[...batches]] : batches.map((batch) => [batch]);
}

function withEndings(rows: readonly Row[], batches: readonly Batch[]): Row[] {
  const nodes = new Map(batches.flatMap((b) => b.nodes).map((node) => [node.id, node]));
  return rows.map((row) =>
    row.outcome === 'cancelled' ? lastlyOf(row, nodes.get(row.node)) : row,
  );
}

interface Pieces {
  /** Parts that an earlier call wrote. */
  readonly before: number;
  readonly parts: number;
  readonly rest: readonly Row[];
}

async function putResult(
  { store, deliveries }: ShardDeps,
  of: Of,
  { before, parts, rest }: Pieces,
  sum: Sum,
): Promise<void> {
  const key = keys.result(of.dispatch, of.wave, of.account, of.region);
  if (parts === 0) return store.putLines(key, rest);
  async function* pieces() {
    for (let part = 0; part < parts; part++) {
      const rows = await store.getLines(Row, partOf(of, part));
      if (part < before) sum.add(rows);
      yield linesOf(rows);
    }
    yield linesOf(rest);
  }
  await deliveries.put(key, pieces());
}

const linesOf = (rows: readonly Row[]): Uint8Array =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
