/**
 * Rows → what the page shows. Memory grows with the shards and with what is listed, never beyond LIMITS:
 * above them the page keeps its aggregates and what did not succeed.
 */
import { addCounts, type Counts } from '../../contract/outcomes.ts';
import type { Plan, Row, StoredRequest } from '../../contract/stored.ts';
import type { Report } from '../report.ts';
import { actionText } from './action.ts';
import { homeOf } from './console.ts';
import { DURATIONS, type PageData, type PageEnding, type PageFile, type PageRow } from './data.ts';
import { endings, type Limits } from './endings.ts';

export const LIMITS: Limits = { rows: 20_000, text: 8_000_000 };

type End = Pick<Report, 'endedAt' | 'succeeded' | 'error' | 'cause' | 'counts' | 'approvals'> &
  Pick<PageData, 'cancelled' | 'tables' | 'others'> & { readonly bucket: string };

export interface Paging {
  add(row: Row): void;
  /** Keys of outputs that lie apart and have room here; what did not succeed comes first. */
  wanted(): string[];
  /** The text of one of them. */
  tell(key: string, text: string): void;
  done(end: End): PageData;
}

interface Wave {
  counts: Counts;
  began: number;
  ended: number;
}

export function paging(stored: StoredRequest, plan: Plan, limits: Limits = LIMITS): Paging {
  const start = Date.parse(stored.startedAt);
  const shards = plan.shards.map(({ account, region, skipped }) => {
    const counts: Counts = {};
    return { account, region, counts, ...(skipped && { skipped }) };
  });
  const shardAt = new Map(shards.map((s, i) => [`${s.account}/${s.region}`, i]));
  const waves = plan.waves.map((): Wave => ({ counts: {}, began: Infinity, ended: -Infinity }));
  const durations = [...DURATIONS.map(() => 0), 0];
  const all = endings(limits);
  let rows: PageRow[] = [];
  let total = 0;

  const count = (row: Row, shard: number, wave: Wave | undefined, times: Times): void => {
    for (const counts of [shards[shard]?.counts, wave?.counts])
      if (counts) counts[row.outcome] = (counts[row.outcome] ?? 0) + 1;
    if (wave && times.began !== undefined) wave.began = Math.min(wave.began, times.began);
    if (wave && times.ended !== undefined) wave.ended = Math.max(wave.ended, times.ended);
    if (times.took === undefined) return;
    const { took } = times;
    const bar = DURATIONS.findIndex((most) => took <= most);
    const at = bar < 0 ? DURATIONS.length : bar;
    durations[at] = (durations[at] ?? 0) + 1;
  };

  return {
    add(row) {
      const shard = shardAt.get(`${row.account}/${row.region}`) ?? -1;
      const times = timesOf(row);
      total++;
      count(row, shard, waves[row.wave], times);
      // The first time that there are too many, those that succeeded make room for those that did not.
      if (total === limits.rows + 1) rows = rows.filter(([, , , , e]) => !all.succeeded(e));
      const full =
        total > limits.rows && (row.outcome === 'succeeded' || rows.length >= limits.rows);
      const ending = full ? all.count(row) : all.add(row);
      if (full || ending === undefined) return;
      rows.push([
        shard,
        row.node,
        row.name ?? null,
        row.wave,
        ending,
        times.began === undefined ? null : times.began - start,
        times.took ?? null,
        ...fileOf(row),
      ]);
    },
    wanted: () => all.wanted(),
    tell: (key, text) => all.tell(key, text),
    done: (end) => ({
      ...trimmed(rows, all.list()),
      dispatch: stored.dispatch,
      requester: stored.request.requester,
      executionArn: stored.executionArn,
      startedAt: stored.startedAt,
      endedAt: end.endedAt,
      succeeded: end.succeeded,
      cancelled: end.cancelled,
      error: end.error,
      cause: end.cause,
      action: actionText(stored.request.action),
      request: JSON.stringify(stored.request, null, 2),
      plan: {
        sha256: plan.sha256,
        document: [...new Set(plan.documents.map((d) => d.name))].join(', '),
        matched: plan.matched,
        sendable: plan.sendable,
        errorsAllowed: plan.errorsAllowed,
        expectedCalls: plan.expectedCalls,
      },
      counts: end.counts,
      waves: plan.waves.map(({ size, nodes }, n) => {
        const { counts = {}, began = Infinity, ended = -Infinity } = waves[n] ?? {};
        return {
          size,
          nodes,
          sent: Object.keys(counts).some((o) => o !== 'skipped'),
          counts: addCounts(counts),
          ...(Number.isFinite(began) && { startedAt: new Date(began).toISOString() }),
          ...(Number.isFinite(ended) && { endedAt: new Date(ended).toISOString() }),
        };
      }),
      shards,
      durations,
      unlisted: total - rows.length,
      approvals: end.approvals ?? [],
      notFound: plan.notFound,
      home: homeOf(stored.executionArn, end.bucket),
      tables: end.tables,
      others: end.others,
    }),
  };
}

/** Kinds of endings that are kept without a row of theirs. */
const MOST_ROWLESS = 200;

/** Where rows had to go, so do the endings that only they had, but for those that most nodes share. */
function trimmed(
  rows: readonly PageRow[],
  list: readonly PageEnding[],
): Pick<PageData, 'rows' | 'endings'> {
  const used = new Set(rows.map(([, , , , ending]) => ending));
  const rowless = [...list.keys()]
    .filter((n) => !used.has(n))
    .toSorted((a, b) => (list[b]?.nodes ?? 0) - (list[a]?.nodes ?? 0));
  for (const n of rowless.slice(0, MOST_ROWLESS)) used.add(n);
  const kept = [...list.keys()].filter((n) => used.has(n));
  const moved = new Map(kept.map((n, at) => [n, at]));
  return {
    endings: list.filter((_, n) => used.has(n)),
    rows: rows.map(([shard, node, name, wave, ending, began, took, ...file]) => [
      shard,
      node,
      name,
      wave,
      moved.get(ending) ?? 0,
      began,
      took,
      ...file,
    ]),
  };
}

const fileOf = ({ file }: Row): [] | [PageFile] =>
  file ? [{ bytes: file.bytes, sha256: file.sha256, key: file.key }] : [];

interface Times {
  readonly began?: number;
  readonly ended?: number;
  readonly took?: number;
}

function timesOf({ startedAt, endedAt }: Row): Times {
  const began = startedAt === undefined ? undefined : Date.parse(startedAt);
  const ended = endedAt === undefined ? undefined : Date.parse(endedAt);
  return {
    ...(began !== undefined && { began }),
    ...(ended !== undefined && { ended }),
    ...(began !== undefined && ended !== undefined && { took: Math.max(0, ended - began) }),
  };
}
