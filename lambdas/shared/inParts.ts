/**
 * The rows of one shard. What is settled of a shard with more nodes than memory holds, or with more long outputs
 * than a call has time for, is written in parts; a later call takes up where this one ended.
 */
import { FleetwideError } from '../../contract/errors.ts';
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

export type PartsDeps = Pick<
  CollectorDeps,
  'store' | 'log' | 'now' | 'pause' | 'deliveries' | 'newId'
> & {
  remainingMs(): number;
};

/** A batch takes a call and, with long outputs, two for each of its 50 nodes. */
const LAST_BATCH_MS = 180_000;
/** Rows of some KB each. */
const MOST_ROWS = 500;

/** Who reads: where it keeps what it has, and what it makes of it. */
export interface Reader {
  /** Under a name that nobody else gives: two calls may be at work on one shard. */
  partKey(name: string): string;
  readonly resultKey: string;
  /** What the rows of these batches are to say. */
  tell(rows: readonly Row[], batches: readonly Batch[]): readonly Row[];
  /** Each row that counts, once in a call: those settled now, and those that an earlier call had written. */
  saw(rows: readonly Row[]): void;
  /** More may come for these, beside what the reading itself says of it. */
  isOpen(rows: readonly Row[]): boolean;
  /** Nothing is waited for any more: what is read now is how it ended. */
  readonly final: boolean;
}

export interface Reading {
  /** There was no time for all of it. */
  readonly late: boolean;
  /** What a later reading gives may be more. */
  readonly unsettled: boolean;
  /** `whole`: its result is written, for good. */
  readonly collected: Collected;
  /** What is in the result and in no part. */
  readonly rest: readonly Row[];
}

/**
 * Reads what is not settled yet, and writes the result once all is.
 * @param run why the shard could not be entered; undefined: nothing was sent there
 */
export async function inParts(
  deps: PartsDeps,
  of: Of,
  shard: ProgressShard,
  run: Collecting | Reason | undefined,
  reader: Reader,
): Promise<Reading> {
  const { parts: before = [], batches: known = [] } = shard.collected ?? {};
  const settled = new Set(known);
  const parts: string[] = [];
  let rows: Row[] = [];
  let late = false;
  let unsettled = false;
  const putPart = async () => {
    if (rows.length === 0) return;
    const name = deps.newId();
    await deps.store.putLines(reader.partKey(name), rows);
    parts.push(name);
    rows = [];
  };
  for (const batches of portions(shard.batches)) {
    if (batches.every(({ batch }) => settled.has(batch))) continue;
    late = deps.remainingMs() < LAST_BATCH_MS;
    if (late) break;
    const read = await rowsOf(deps, of, { ...shard, batches }, run);
    const told = reader.tell(read.rows, batches);
    if (!reader.final && (read.unsettled || reader.isOpen(told))) {
      // It is read again, so it need not be kept.
      unsettled = true;
      continue;
    }
    reader.saw(told);
    rows.push(...told);
    for (const { batch } of batches) settled.add(batch);
    if (rows.length >= MOST_ROWS) await putPart();
  }
  const whole = !late && !unsettled;
  if (whole) await putResult(deps, reader, { before, parts, rest: rows });
  else await putPart();
  const collected = { parts: [...before, ...parts], batches: [...settled], whole };
  return { late, unsettled, collected, rest: rows };
}

/** Commands one by one; executions together, as they are looked at so many a second. */
function portions(batches: readonly Batch[]): Batch[][] {
  const [first] = batches;
  return first?.kind === 'automation' ? [[...batches]] : batches.map((batch) => [batch]);
}

interface Pieces {
  /** Parts that an earlier call wrote. */
  readonly before: readonly string[];
  readonly parts: readonly string[];
  readonly rest: readonly Row[];
}

async function putResult(
  { store, deliveries }: PartsDeps,
  reader: Reader,
  { before, parts, rest }: Pieces,
): Promise<void> {
  if (before.length + parts.length === 0) return store.putLines(reader.resultKey, rest);
  async function* pieces() {
    for (const part of before) {
      const rows = await store.getLines(Row, reader.partKey(part));
      reader.saw(rows);
      yield linesOf(rows);
    }
    // Our own of this call, as they are.
    for (const part of parts) yield await bytesOf(store, reader.partKey(part));
    yield linesOf(rest);
  }
  await deliveries.put(reader.resultKey, pieces());
}

async function bytesOf(store: PartsDeps['store'], key: string): Promise<Uint8Array> {
  const text = await store.findText(key);
  if (text === undefined) throw new FleetwideError('StoredObjectMissing', key);
  return Buffer.from(text);
}

const linesOf = (rows: readonly Row[]): Uint8Array =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
