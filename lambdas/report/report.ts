/**
 * Report: every matched node with its outcome, counted against the plan; and how the dispatch as a whole
 * ended.
 */
import pMap from 'p-map';
import * as z from 'zod';
import { type ErrorName, FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import { OUTCOMES, type Outcome } from '../../contract/outcomes.ts';
import type { ReportInput, ReportOutput } from '../../contract/steps.ts';
import { isStop, type Stop, stopOf, STOPS } from '../../contract/stops.ts';
import {
  ApprovalRecord,
  Claim,
  DECIDED,
  GroupRefs,
  NO_WAVE,
  type Node,
  Plan,
  type Reason,
  Row,
  type Shard,
  SkippedNode,
  Slice,
  type SliceShard,
  StoredRequest,
  TERMINATED,
} from '../../contract/stored.ts';
import { csvHead, csvLine } from '../../report/csv.ts';
import { junit } from '../../report/junit.ts';
import { html } from '../../report/page/html.ts';
import { type Paging, paging } from '../../report/page/paging.ts';
import { Report } from '../../report/report.ts';
import { type Summary, summing } from '../../report/summary.ts';
import { tableRow } from '../../report/tableRow.ts';
import { ahead } from '../shared/ahead.ts';
import type { HubDeps } from '../shared/hub.ts';
import { RECALLED } from '../shared/recalled.ts';
import type { Store } from '../shared/store.ts';
import type { OpenWriter } from '../shared/upload.ts';
import { tell } from './tell.ts';

type Deps = Pick<HubDeps, 'store' | 'now' | 'log' | 'events' | 'meter' | 'bucket'> & {
  /** The tables hold the whole fleet: they are written as it is read. */
  readonly writer: OpenWriter;
};

export async function report(deps: Deps, input: Input): Promise<ReportOutput> {
  const { store } = deps;
  const { dispatch, recalled } = input;
  const later = recalled && (await laterThan(store, dispatch, recalled.life));
  if (later) return outputOf(later);
  const stored = await store.get(StoredRequest, keys.request(dispatch));
  const plan = await store.get(Plan, keys.plan(dispatch));
  const sum = summing();
  const csv = deps.writer(keys.report(dispatch, 'csv'), 'text/csv; charset=utf-8');
  const jsonl = deps.writer(keys.report(dispatch, 'jsonl'), 'application/jsonl');
  await csv.write(csvHead());
  let nobodyTold = 0;
  let stop: Stop | undefined;
  const page = paging(stored, plan);
  const cases = junit();
  for await (const row of allRows(deps, plan, input)) {
    stop ??= stopOf(row.reason?.code);
    sum.add(row);
    page.add(row);
    cases.add(row);
    const line = tableRow(row);
    await csv.write(csvLine(line));
    await jsonl.write(`${JSON.stringify(line)}\n`);
    if (isUntold(row)) nobodyTold++;
  }
  await csv.end();
  await jsonl.end();
  const summary = sum.done();
  if (summary.matched !== plan.matched)
    throw new FleetwideError(
      'StoredObjectInvalid',
      `${keys.plan(dispatch)}: ${plan.matched} nodes matched, ${summary.matched} are accounted for`,
    );
  const verdict = judge(plan, summary, input, {
    untold: nobodyTold,
    named: isNamed(stored),
    stop,
  });
  const approvals = await decisions(store, plan);
  const whole: Report = {
    dispatch,
    requester: stored.request.requester,
    startedAt: stored.startedAt,
    endedAt: new Date(deps.now()).toISOString(),
    ...verdict,
    ...summary,
    ...(recalled && { recalled: recalled.life }),
    waves: plan.waves.map(({ size, nodes }, n) => ({ size, nodes, sent: n < input.wavesDone })),
    skippedShards: plan.shards.flatMap(({ account, region, skipped }) =>
      skipped ? [{ account, region, reason: skipped }] : [],
    ),
    notFound: plan.notFound,
    ...(approvals.length > 0 && { approvals }),
  };
  await store.putText(keys.report(dispatch, 'xml'), cases.done(whole), 'application/xml');
  await fillIn(deps, page);
  const all = page.done({
    ...whole,
    cancelled: recalled?.why.startsWith('ABORTED') === true,
    bucket: deps.bucket,
    tables: [keys.report(dispatch, 'csv'), keys.report(dispatch, 'jsonl')],
    others: [keys.report(dispatch, 'json'), keys.report(dispatch, 'xml')],
  });
  await store.putText(keys.report(dispatch, 'html'), html(all), 'text/html; charset=utf-8');
  // Last, so that who sees it finds the others.
  await store.put(keys.report(dispatch, 'json'), whole);
  await tell(deps, stored, whole);
  return outputOf(whole);
}

const outputOf = ({
  dispatch,
  succeeded,
  error,
  cause,
  matched,
  counts,
}: Report): ReportOutput => ({
  succeeded,
  error,
  cause,
  reportKey: keys.report(dispatch, 'json'),
  matched,
  counts,
});

/** The dispatch was redriven while its recall went on, and knows more: that has the last word. */
async function laterThan(
  store: Store,
  dispatch: string,
  life: number,
): Promise<Report | undefined> {
  const last = await store.find(Report, keys.report(dispatch, 'json'));
  return last && (last.recalled ?? Infinity) > life ? last : undefined;
}

/** What people said about the waves; one that nobody was asked about, or that nobody answered, is not there. */
async function decisions(store: Store, plan: Plan): Promise<NonNullable<Report['approvals']>> {
  const waves = [...plan.waves.keys()].filter((wave) => plan.waves[wave]?.approval);
  const records = await pMap(waves, (wave) =>
    store.find(ApprovalRecord, keys.approval(plan.dispatch, wave)),
  );
  return records.flatMap((record) =>
    record?.decision ? [{ wave: record.wave, ...record.decision }] : [],
  );
}

const READS_AT_ONCE = 20;

/**
 * Longer outputs lie in objects of their own; the page has room for some. One that cannot be read is named
 * by its key there: the report does not fail for it.
 */
async function fillIn({ store, log }: Deps, page: Paging): Promise<void> {
  const read = async (key: string): Promise<void> => {
    try {
      const text = await store.findText(key);
      if (text !== undefined) page.tell(key, text);
    } catch (error) {
      log.warn('output left out of the page', { key, error: String(error) });
    }
  };
  await pMap(page.wanted(), read, { concurrency: READS_AT_ONCE });
}

type Input = z.infer<typeof ReportInput>;

async function* allRows(
  { store }: Pick<Deps, 'store'>,
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

const isUntold = (row: Row) => row.reason?.code === NO_RESULT.code;

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

/** Whether the request names its nodes one by one. */
const isNamed = ({ request: { targets } }: StoredRequest): boolean =>
  targets.instanceIds !== undefined || targets.from !== undefined;

/** The execution succeeds only if every matched node did and every shard could be read. */
function judge(
  plan: Plan,
  { matched, counts, mayStillRun }: Summary,
  { recalled, error: stopped = '', cause: why = '' }: Input,
  { untold, named, stop }: { untold: number; named: boolean; stop: Stop | undefined },
): Pick<ReportOutput, 'succeeded' | 'error' | 'cause'> {
  const blind = plan.shards.filter((s) => s.skipped && !DECIDED.has(s.skipped.code));
  const tally = OUTCOMES.filter((o) => counts[o]).map((o) => `${counts[o]} ${o}`);
  const cause = [
    `${matched} nodes matched: ${tally.join(', ') || 'none'}`,
    ...(recalled ? [`the dispatch had ended: ${recalled.why}`] : []),
    ...(mayStillRun > 0 ? [`on ${mayStillRun} a process may still run`] : []),
    ...(plan.notFound.length > 0 ? [`${plan.notFound.length} ids were found nowhere`] : []),
    ...(blind.length > 0 ? [`${blind.length} shards could not be read: ${reasons(blind)}`] : []),
  ].join('; ');
  const fail = (error: ErrorName) => ({ succeeded: false, error, cause });
  if (isStop(stopped)) return { succeeded: false, error: stopped, cause: `${why}; ${cause}` };
  // What is gone needs nothing done; unless it was asked for by its id.
  const gone = named ? 0 : plan.shards.reduce((n, s) => n + (s.nodesSkipped[TERMINATED] ?? 0), 0);
  if (matched === gone) return fail('NothingMatched');
  const all =
    (counts.succeeded ?? 0) + gone === matched && plan.notFound.length + blind.length === 0;
  if (recalled && untold > 0) return fail('RecallIncomplete');
  if (recalled && !all) return fail('DispatchRecalled');
  if (stop) return fail(stop);
  return all ? { succeeded: true, error: '', cause: '' } : fail('NodesDidNotSucceed');
}

const MOST_REASONS = 5;

function reasons(shards: Plan['shards']): string {
  const texts = shards.map(
    ({ account, region, skipped }) =>
      `${account}/${region} ${skipped?.code ?? ''} ${skipped?.action ?? ''}`,
  );
  const more = texts.length - MOST_REASONS;
  return [...texts.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
