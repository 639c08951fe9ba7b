/** The rows of one shard of a group, in as many calls as that takes. */
import { keys } from '../../contract/names.ts';
import { type Batch, type ProgressShard, type Reason, Row } from '../../contract/stored.ts';
import { inParts, type PartsDeps, type Reading } from '../shared/inParts.ts';
import { lastlyOf } from '../shared/lastly.ts';
import type { Of } from '../shared/rowHead.ts';
import type { Collecting } from '../shared/runCommand.ts';
import { share } from './share.ts';
import type { Sum } from './sum.ts';

export interface How {
  /** Nothing is waited for any more. */
  readonly final: boolean;
  /** What was sent in a life before it a recall may have cancelled. */
  readonly life: number;
}

/**
 * Reads what is not collected yet, writes the result if that is all, and notes in the shard how far it came.
 * @param run why the shard could not be entered; undefined: nothing was sent there
 */
export async function inShard(
  deps: PartsDeps,
  of: Of,
  shard: ProgressShard,
  run: Collecting | Reason | undefined,
  sum: Sum,
  { final, life }: How,
): Promise<Reading> {
  const { dispatch, wave, account, region } = of;
  const reading = await inParts(deps, of, shard, run, {
    partKey: (part) => keys.collected(dispatch, wave, account, region, part),
    resultKey: keys.result(dispatch, wave, account, region),
    tell: (rows, batches) => withEndings(rows, batches, shard, life),
    saw: (rows) => sum.add(rows),
    isOpen: () => false,
    final,
  });
  if (reading.collected.whole) await share(deps, dispatch, shard, reading.rest);
  shard.collected = reading.collected;
  return reading;
}

/** What a shard came to that an earlier call has collected. */
export async function readAgain(
  { store }: Pick<PartsDeps, 'store'>,
  { dispatch, wave, account, region }: Of,
  sum: Sum,
): Promise<void> {
  const key = keys.result(dispatch, wave, account, region);
  for await (const row of (await store.lines(Row, key)) ?? []) sum.add([row]);
}

/** What was cancelled, here or by a recall before, may have a process that lives on. */
function withEndings(
  rows: readonly Row[],
  batches: readonly Batch[],
  { detaches }: ProgressShard,
  now: number,
): Row[] {
  const cancelled = batches.some(({ cancelled: asked, life = 0 }) => asked || life < now);
  const nodes = new Map(batches.flatMap((b) => b.nodes).map((node) => [node.id, node]));
  return rows.map((row) =>
    cancelled || row.outcome === 'cancelled' ? lastlyOf(row, nodes.get(row.node), detaches) : row,
  );
}
