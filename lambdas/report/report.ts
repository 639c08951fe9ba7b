/**
 * Report: every matched node with its outcome, counted against the plan; and how the dispatch as a whole
 * ended.
 */
import pMap from 'p-map';
import type * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import type { ReportInput, ReportOutput } from '../../contract/steps.ts';
import { type Stop, stopOf } from '../../contract/stops.ts';
import { ApprovalRecord, Plan, StoredRequest } from '../../contract/stored.ts';
import { csvHead, csvLine } from '../../report/csv.ts';
import { junit } from '../../report/junit.ts';
import { html } from '../../report/page/html.ts';
import { type Paging, paging } from '../../report/page/paging.ts';
import { Report } from '../../report/report.ts';
import { summing } from '../../report/summary.ts';
import { tableRow } from '../../report/tableRow.ts';
import type { HubDeps } from '../shared/hub.ts';
import type { Store } from '../shared/store.ts';
import type { OpenWriter } from '../shared/upload.ts';
import { allRows, isUntold } from './rows.ts';
import { tell } from './tell.ts';
import { judge } from './verdict.ts';

type Input = z.infer<typeof ReportInput>;

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
  for await (const row of allRows(store, plan, input)) {
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
    record?.decision ? [{ wave: record.wave + 1, ...record.decision }] : [],
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

/** Whether the request names its nodes one by one. */
const isNamed = ({ request: { targets } }: StoredRequest): boolean =>
  targets.instanceIds !== undefined || targets.from !== undefined;
