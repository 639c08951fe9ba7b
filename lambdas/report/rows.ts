/** How it ended on each node of the plan, out of what was recorded of it. */
import * as z from 'zod';
import { keys } from '../../contract/names.ts';
import type { Outcome } from '../../contract/outcomes.ts';
import type { ReportInput } from '../../contract/steps.ts';
import { isStop, STOPS } from '../../contract/stops.ts';
import {
  Claim,
  GroupRefs,
  NO_WAVE,
  type Node,
  type Plan,
  type Reason,
  Row,
  type Shard,
  SkippedNode,
  Slice,
  type SliceShard,
} from '../../contract/stored.ts';
import { ahead } from '../shared/ahead.ts';
import { RECALLED } from '../shared/recalled.ts';
import type { Store } from '../shared/store.ts';

type Input = z.infer<typeof ReportInput>;

/** A row for every node that was matched, wave by wave; at last those that no wave held. */
export async function* allRows(
  store: Store,
  plan: Plan,
  { dispatch, wavesDone, recalled, error = '' }: Input,
): AsyncGenerator<Row> {
  const claims = recalled && (await recallOf(store, dispatch, recalled.life));
  const why = recalled ? RECALLED : STOPS[isStop(error) ? error : 'ErrorBudgetSpent'];
  const shards = sliced(store, dispatch, plan.waves.keys());
  const rows = ahead(
    shards,
    async ({ wave, shard }) =>
      wave < wavesDone ? told(store, dispatch, wave, shard, claims) : notSent(shard, wave, why),
    { ...SHARDS_AHEAD, weigh: ({ shard }) => shard.nodes.length },
  );
  for await (const some of rows) yield* some;
  for await (const skip of (await store.lines(SkippedNode, keys.skipped(dispatch))) ?? [])
    yield rowOf(skip, skip.node, NO_WAVE, 'skipped', skip.reason);
}

/** Rows are up to 5 KB each. */
const SHARDS_AHEAD = { atOnce: 40, room: 2_000 };
const SLICES_AHEAD = { atOnce: 2, room: 2, weigh: () => 1 };

async function* sliced(
  store: Store,
  dispatch: string,
  waves: Iterable<number>,
): AsyncGenerator<{ readonly wave: number; readonly shard: SliceShard }> {
  for (const wave of waves) {
    const refs = await store.get(GroupRefs, keys.wave(dispatch, wave));
    for await (const slice of ahead(refs, ({ key }) => store.get(Slice, key), SLICES_AHEAD))
      for (const shard of slice.shards) yield { wave, shard };
  }
}

const NO_RESULT: Reason = {
  code: 'noResult',
  message: 'its wave went out, but nothing was recorded for it',
};

interface Recall {
  readonly life: number;
  /** Where something may have been sent when the dispatch was revoked; elsewhere nothing was. */
  readonly claimed: ReadonlySet<string>;
}

async function recallOf(store: Store, dispatch: string, life: number): Promise<Recall> {
  const claims = await store.get(z.array(Claim), keys.claims(dispatch, life));
  const names = claims.flatMap(({ wave, shards }) => shards.map((s) => claimName(wave, s)));
  return { life, claimed: new Set(names) };
}

const claimName = (wave: number, { account, region }: Shard) => `${wave}/${account}/${region}`;

export const isUntold = (row: Row) => row.reason?.code === NO_RESULT.code;

/** Every node of the slice has a row, whatever was recorded. */
async function told(
  store: Store,
  dispatch: string,
  wave: number,
  shard: SliceShard,
  recall: Recall | undefined,
): Promise<Iterable<Row> | AsyncIterable<Row>> {
  const { account, region } = shard;
  const claimed = recall?.claimed.has(claimName(wave, shard)) === true;
  const key =
    recall && claimed
      ? keys.recallResult(dispatch, recall.life, wave, account, region)
      : keys.result(dispatch, wave, account, region);
  const untold = (node: Node): Row => ({
    ...rowOf(shard, node, wave, 'unknown', NO_RESULT),
    ...(recall && { mayStillRun: true }),
  });
  const wasSent = claimed || !recall;
  if (shard.nodes.length > SHARDS_AHEAD.room) {
    const lines = await store.lines(Row, key);
    return lines || wasSent ? asTheyCome(lines, shard, untold) : notSent(shard, wave, RECALLED);
  }
  const lines = await store.findLines(Row, key);
  if (!lines && !wasSent) return notSent(shard, wave, RECALLED);
  const rows = new Map(lines?.map((row) => [row.node, row]));
  return shard.nodes.map((node) => rows.get(node.id) ?? untold(node));
}

/** The rows of a shard that is too large to be read ahead. */
async function* asTheyCome(
  lines: AsyncIterable<Row> | undefined,
  { nodes }: SliceShard,
  untold: (node: Node) => Row,
): AsyncGenerator<Row> {
  const left = new Map(nodes.map((node) => [node.id, node]));
  for await (const row of lines ?? []) if (left.delete(row.node)) yield row;
  for (const node of left.values()) yield untold(node);
}

const notSent = (shard: SliceShard, wave: number, reason: Reason): readonly Row[] =>
  shard.nodes.map((node) => rowOf(shard, node, wave, 'skipped', reason));

const rowOf = (
  { account, region }: Shard,
  node: Node,
  wave: number,
  outcome: Outcome,
  reason: Reason,
): Row => ({
  account,
  region,
  node: node.id,
  ...(node.name && { name: node.name }),
  wave,
  outcome,
  reason,
});
