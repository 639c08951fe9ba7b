/**
 * The rows of one shard. What is settled of a shard with more nodes than memory holds, or with more long outputs
 * than a call has time for, is written in parts; a later call takes up where this one ended.
 */
import {
  type Batch,
  type Collected,
  type ProgressShard,
  type Reason,
  Row,
} from '../../contract/stored.ts';
import type { CollectorDeps } from './collector.ts';
import type { Of } from './rowHead.ts';
import { rowsOf } from './rows.ts';
import type { Collecting } from './runCommand.ts';

export type PartsDeps = Pick<CollectorDeps, 'store' | 'log' | 'now' | 'pause' | 'deliveries'> & {
  remainingMs(): number;
};

/** A batch takes a call and, with long outputs, two for each of its 50 nodes. */
const LAST_BATCH_MS = 180_000;
/** Rows of some KB each. */
const MOST_ROWS = 5_000;

/** Who reads: where it keeps what it has, and what it makes of it. */
export interface Reader {
  partKey(part: number): string;
  readonly resultKey: string;
  /** What the rows of these batches are to say. */
  tell(rows: readonly Row[], batches: readonly Batch[]): readonly Row[];
  /** Each row once in a call: those read now, and those that an earlier call had written. */
  saw(rows: readonly Row[]): void;
  /** More may come for these, beside what the reading itself says of it. */
  isOpen(rows: readonly Row[]): boolean;
  /** A result is written although more may come. */
  readonly early: boolean;
}

export interface Reading {
  /** There was no time for all of it: its result is not written. */
  readonly late: boolean;
  /** What a later reading gives may be more. */
  readonly unsettled: boolean;
  readonly collected: Collected;
  /** What is in the result and in no part. */
  readonly rest: readonly Row[];
}

/**
 * Reads what is not settled yet, and writes the result if that is all.
 * @param run why the shard could not be entered; undefined: nothing was sent there
 */
export async function inParts(
  deps: PartsDeps,
  of: Of,
  shard: ProgressShard,
  run: Collecting | Reason | undefined,
  reader: Reader,
): Promise<Reading> {
  const { parts: before = 0, batches: known = [] } = shard.collected ?? {};
  const settled = new Set(known);
  let parts = before;
  let rows: Row[] = [];
  const open: Row[] = [];
  let late = false;
  const putPart = async () => {
    if (rows.length > 0) await deps.store.putLines(reader.partKey(parts++), rows);
    rows = [];
  };
  for (const batches of portions(shard.batches)) {
    if (batches.every(({ batch }) => settled.has(batch))) continue;
    late = deps.remainingMs() < LAST_BATCH_MS;
    if (late) break;
    const read = await rowsOf(deps, of, { ...shard, batches }, run);
    const told = reader.tell(read.rows, batches);
    reader.saw(told);
    const unsettled = read.unsettled || reader.isOpen(told);
    (unsettled ? open : rows).push(...told);
    if (!unsettled) for (const { batch } of batches) settled.add(batch);
    if (rows.length >= MOST_ROWS) await putPart();
  }
  const unsettled = open.length > 0;
  if (late || unsettled) await putPart();
  const rest = [...rows, ...open];
  const whole = !late && (!unsettled || reader.early);
  if (whole) await putResult(deps, reader, { before, parts, rest });
  const collected = { parts, batches: [...settled], whole: whole && !unsettled };
  return { late, unsettled, collected, rest };
}

/** Commands one by one; executions together, as they are looked at so many a second. */
function portions(batches: readonly Batch[]): Batch[][] {
  const [first] = batches;
  return first?.kind === 'automation' ? [[...batches]] : batches.map((batch) => [batch]);
}

interface Pieces {
  /** Parts that an earlier call wrote. */
  readonly before: number;
  readonly parts: number;
  readonly rest: readonly Row[];
}

async function putResult(
  { store, deliveries }: PartsDeps,
  reader: Reader,
  { before, parts, rest }: Pieces,
): Promise<void> {
  if (parts === 0) return store.putLines(reader.resultKey, rest);
  async function* pieces() {
    for (let part = 0; part < parts; part++) {
      const rows = await store.getLines(Row, reader.partKey(part));
      if (part < before) reader.saw(rows);
      yield linesOf(rows);
    }
    yield linesOf(rest);
  }
  await deliveries.put(reader.resultKey, pieces());
}

const linesOf = (rows: readonly Row[]): Uint8Array =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
