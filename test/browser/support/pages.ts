/** Reports of every size and mood, as Report would write them. */
import { createHash } from 'node:crypto';
import type { Counts, Outcome } from '../../../contract/outcomes.ts';
import { parseRequest } from '../../../contract/request.ts';
import {
  NO_WAVE,
  type Plan,
  type Reason,
  type Row,
  type Stream,
  type StoredRequest,
} from '../../../contract/stored.ts';
import { html } from '../../../report/page/html.ts';
import { type Limits } from '../../../report/page/endings.ts';
import { type Paging, paging } from '../../../report/page/paging.ts';

export const START = Date.parse('2026-11-21T08:00:00Z');
const ACCOUNTS = ['222233334444', '333344445555', '444455556666', '555566667777'];
const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-2'];

export const stream = (text: string, change: Partial<Stream> = {}): Stream => ({
  bytes: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
  truncated: false,
  source: text === '' ? 'none' : 'invocations',
  ...(text !== '' && { text }),
  ...change,
});

export const row = (change: Partial<Row> = {}): Row => ({
  account: '222233334444',
  region: 'eu-west-1',
  node: 'i-0123456789abcdef0',
  wave: 0,
  outcome: 'succeeded',
  ...change,
});

const request = parseRequest({
  action: {
    type: 'command',
    linux: ['set -e', 'systemctl restart nginx', 'systemctl is-active nginx', 'df -h / | tail -1'],
  },
  targets: { accounts: ACCOUNTS, regions: REGIONS, tags: { Role: ['web'] } },
  waves: ['1', '10%', '100%'],
  errorBudget: '5%',
  requester: 'jane.doe',
});

export const stored = (dispatch: string): StoredRequest => ({
  dispatch,
  executionArn: `arn:aws:states:eu-west-1:111122223333:execution:fleetwide-dispatch:${dispatch}`,
  startedAt: new Date(START).toISOString(),
  request,
});

/** A plan that the rows fit into. */
export function planOf(dispatch: string, rows: readonly Row[], notFound: string[] = []): Plan {
  const shards = [...new Set(rows.map((r) => `${r.account}/${r.region}`))].map((shard) => {
    const [account = '', region = ''] = shard.split('/');
    const matched = rows.filter((r) => r.account === account && r.region === region).length;
    return { account, region, matched, sendable: matched, nodesSkipped: {} };
  });
  return {
    dispatch,
    frozenAt: new Date(START).toISOString(),
    sha256: createHash('sha256').update(dispatch).digest('hex'),
    documents: [{ name: 'AWS-RunShellScript', version: '1' }],
    matched: rows.length,
    sendable: rows.length,
    skipped: 0,
    waves: request.waves.map((size, n) => ({
      size,
      nodes: rows.filter((r) => r.wave === n).length,
      groups: 1,
    })),
    shards: [
      ...shards,
      {
        account: '999999999999',
        region: 'eu-west-1',
        matched: 0,
        sendable: 0,
        nodesSkipped: {},
        skipped: { code: 'AccessDenied', message: 'no role', action: 'sts:AssumeRole' },
      },
    ],
    notFound,
    errorsAllowed: 5,
    expectedCalls: Math.ceil(rows.length / 12),
  };
}

const NOON = '2026-11-21T12:00:00.000Z';

/** What Report says of the dispatch's end. */
type End = Parameters<Paging['done']>[0];
type Change = { readonly limits?: Limits } & Partial<End>;

export const written = (dispatch: string): Pick<End, 'bucket' | 'tables' | 'others'> => ({
  bucket: 'fleetwide-results-111122223333-eu-west-1',
  tables: ['csv', 'jsonl'].map((e) => `dispatches/${dispatch}/report.${e}`),
  others: ['json', 'xml'].map((e) => `dispatches/${dispatch}/report.${e}`),
});

export function pageOf(
  dispatch: string,
  rows: readonly Row[],
  { limits, ...change }: Change = {},
): string {
  const page = paging(stored(dispatch), planOf(dispatch, rows), limits);
  const counts: Counts = {};
  for (const each of rows) {
    page.add(each);
    counts[each.outcome] = (counts[each.outcome] ?? 0) + 1;
  }
  const all = counts.succeeded === rows.length;
  return html(
    page.done({
      endedAt: new Date(START + 96_000).toISOString(),
      succeeded: all,
      cancelled: false,
      error: all ? '' : 'NodesDidNotSucceed',
      cause: all ? '' : `${rows.length} nodes matched`,
      counts,
      approvals: [{ wave: 2, approved: true, by: 'jane.doe', at: NOON, reason: 'change <4711>' }],
      ...written(dispatch),
      ...change,
    }),
  );
}

const REASONS: Partial<Record<Outcome, Reason>> = {
  failed: { code: 'Failed', message: 'the command ended with a non-zero exit code' },
  timedOut: { code: 'ExecutionTimedOut', message: 'the command ran longer than executionSeconds' },
  undeliverable: {
    code: 'DeliveryTimedOut',
    message: 'the node did not take the command in time',
  },
  skipped: { code: 'offline', message: 'the agent is not online (PingStatus ConnectionLost)' },
};

/** A fleet in which most things went well: 3 % failed, some never answered. */
export function fleet(nodes: number): Row[] {
  return Array.from({ length: nodes }, (_, i): Row => {
    const outcome: Outcome =
      i % 33 === 7 ? 'failed' : i % 101 === 5 ? 'timedOut' : i % 67 === 3 ? 'skipped' : 'succeeded';
    const wave = i === 0 ? 0 : i < nodes / 10 ? 1 : 2;
    const began = START + 4_000 + wave * 28_000 + ((i * 7_919) % 9_000);
    const took = 400 + ((i * 6_151) % 5_200) + (i % 41 === 0 ? 9_000 : 0);
    const ran = outcome !== 'skipped';
    return row({
      account: ACCOUNTS[i % 4] ?? '',
      region: REGIONS[Math.floor(i / 4) % 3] ?? '',
      node: `i-${i.toString(16).padStart(17, '0')}`,
      name: `web-${String(i + 1).padStart(4, '0')}`,
      wave: outcome === 'skipped' ? NO_WAVE : wave,
      outcome,
      ...(REASONS[outcome] && { reason: REASONS[outcome] }),
      ...(ran && {
        exitCode: outcome === 'failed' ? 3 : outcome === 'timedOut' ? 137 : 0,
        startedAt: new Date(began).toISOString(),
        endedAt: new Date(began + took).toISOString(),
        stdout: stream(
          `active\n/dev/nvme0n1p1   20G   ${4 + (i % 3)}G   15G  ${20 + (i % 3)}% /\n`,
        ),
        stderr: stream(
          outcome === 'failed'
            ? 'Job for nginx.service failed because the control process exited with error code.\nSee "systemctl status nginx.service" for details.\nfailed to run commands: exit status 3'
            : '',
        ),
      }),
    });
  });
}
