import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { keys } from '../../../contract/names.ts';
import { type Batch, Progress, type ProgressShard, Row } from '../../../contract/stored.ts';
import { collect } from '../../../lambdas/collect/collect.ts';
import type { Invocation, RunCommand } from '../../../lambdas/shared/runCommand.ts';
import {
  ACCOUNT,
  answered,
  job,
  memoryStore,
  noDeliveries,
  noPause,
  puttingInto,
  silent,
  spokes,
  telling,
} from './support.ts';

const now = () => Date.parse('2026-11-21T08:00:10Z');

async function collected(
  batch: Partial<Batch>,
  planned: Partial<RunCommand>,
  shard: Partial<ProgressShard> = {},
) {
  const store = memoryStore();
  const page: Progress = {
    requester: 'ops',
    startedAt: '2026-11-21T08:00:00Z',
    shards: [
      {
        account: ACCOUNT,
        region: 'eu-west-1',
        ...shard,
        batches: [
          {
            batch: '0',
            document: 'AWS-RunShellScript',
            nodes: [{ id: 'i-a' }, { id: 'i-b' }],
            state: 'done',
            commandId: 'c',
            ...batch,
          },
        ],
      },
    ],
  };
  await store.put(keys.progress('test', 0, 0), page);
  const at = (time: () => number) =>
    collect(
      {
        store,
        spokes: spokes(planned),
        log: silent,
        pause: noPause,
        remainingMs: () => 900_000,
        now: time,
        newId: () => randomUUID(),
        deliveries: noDeliveries,
        events: telling().events,
      },
      job,
    );
  const output = await at(now);
  // What may still come is waited for; in the end it is told as it is.
  expect([output.next, store.objects.has(keys.result('test', 0, ACCOUNT, 'eu-west-1'))]).toEqual([
    output.next,
    output.next === 'done',
  ]);
  const last = output.next === 'done' ? output : await at(() => now() + 3_600_000);
  expect(last.next).toBe('done');
  const rows = (await store.findLines(Row, keys.result('test', 0, ACCOUNT, 'eu-west-1'))) ?? [];
  return { output, rows, store };
}

const invocation = (
  InstanceId: string,
  change: Partial<Invocation> & { Output?: string } = {},
) => ({
  InstanceId,
  Status: 'Success',
  StatusDetails: 'Success',
  CommandPlugins: [{ ResponseCode: 0, Output: change.Output ?? '' }],
  ...change,
});

const TITLE = '\n----------ERROR-------\n';

describe('Collect', () => {
  it('believes the invocations, and accounts for a node that has none', async () => {
    const { output, rows } = await collected({}, { invocations: async () => [invocation('i-a')] });
    expect(output).toMatchObject({ group: 0, next: 'again' });
    expect(rows.map((r) => [r.node, r.outcome, r.reason?.code])).toEqual([
      ['i-a', 'succeeded', undefined],
      ['i-b', 'unknown', 'noInvocation'],
    ]);
  });

  it('does not take an open invocation of an ended command for a success', async () => {
    const open = { Status: 'InProgress', StatusDetails: 'InProgress' };
    const { rows } = await collected(
      {},
      { invocations: async () => [invocation('i-a', open), invocation('i-b')] },
    );
    expect(rows[0]).toMatchObject({ outcome: 'unknown', reason: { code: 'stillOpen' } });
  });

  it('reads again what it could not read, and says unknown meanwhile', async () => {
    const { output, rows } = await collected(
      {},
      { invocations: () => Promise.reject(answered('ExpiredTokenException')) },
    );
    expect(output).toMatchObject({ counts: {}, next: 'again' });
    expect(rows.map((r) => r.reason?.code)).toEqual(Array(2).fill('ExpiredTokenException'));
  });

  it('waits for nothing where it is refused, and tells nobody of a failure that may be none', async () => {
    const refused = await collected(
      {},
      { invocations: () => Promise.reject(answered('AccessDeniedException')) },
    );
    expect(refused.output).toMatchObject({ counts: { unknown: 2 }, next: 'done' });
    let calls = 0;
    const { output, rows, store } = await collected(
      {},
      {
        invocations: () =>
          ++calls === 1
            ? Promise.reject(answered('ExpiredTokenException'))
            : Promise.resolve([invocation('i-a'), invocation('i-b')]),
      },
    );
    expect(output.next).toBe('again');
    expect(rows.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    const page = await store.get(Progress, keys.progress('test', 0, 0));
    expect([page.failures, page.counts]).toEqual([[], { succeeded: 2 }]);
  });

  it('shows what Systems Manager keeps where the uploaded output cannot be had', async () => {
    const all = async () => [invocation('i-a', { Output: 'kept' }), invocation('i-b')];
    // Nobody answers where the uploads lie: `noDeliveries`.
    const { output, rows } = await collected({}, { invocations: all }, { output: { to: 's3' } });
    expect(output.next).toBe('again');
    expect(rows[0]).toMatchObject({ outcome: 'succeeded', stdout: { text: 'kept' } });
    expect(rows.map(({ reason }) => reason?.code)).toEqual(Array(2).fill('UnexpectedAnswer'));
  });

  it('takes stdout and stderr apart, and asks for a text by itself when it was cut', async () => {
    const cut = `${'x'.repeat(2400)}\n---Output truncated---`;
    const { rows, store } = await collected(
      {},
      {
        invocations: async () => [
          invocation('i-a', { Output: `out${TITLE}err` }),
          invocation('i-b', { Output: cut }),
        ],
        output: async () => ({ StandardOutputContent: 'y'.repeat(9000), StandardErrorContent: '' }),
      },
    );
    expect(rows[0]).toMatchObject({
      stdout: { text: 'out', bytes: 3, source: 'invocations' },
      stderr: { text: 'err', bytes: 3 },
    });
    expect(rows[1]?.stdout).toMatchObject({ bytes: 9000, truncated: false, source: 'invocation' });
    expect(store.objects.get(rows[1]?.stdout?.key ?? '')).toBe('y'.repeat(9000));
  });

  it('says that a text is cut when the whole cannot be had', async () => {
    const cut = `${'x'.repeat(2400)}\n---Output truncated---`;
    const { rows } = await collected(
      {},
      {
        invocations: async () => [invocation('i-a', { Output: cut }), invocation('i-b')],
        output: () => Promise.reject(answered('InvocationDoesNotExist')),
      },
    );
    expect(rows[0]).toMatchObject({ outcome: 'succeeded', stdout: { truncated: true } });
  });

  it('asks when the separator stands there twice: one of them is the node’s own text', async () => {
    const { rows } = await collected(
      {},
      {
        invocations: async () => [
          invocation('i-a', { Output: `a${TITLE}b${TITLE}c` }),
          invocation('i-b'),
        ],
        output: async () => ({ StandardOutputContent: `a${TITLE}b`, StandardErrorContent: 'c' }),
      },
    );
    expect(rows[0]).toMatchObject({ stdout: { bytes: TITLE.length + 2 }, stderr: { bytes: 1 } });
  });

  it('knows a batch that was never sent by what Send noted', async () => {
    const reason = { code: 'AccessDenied', message: 'no', action: 'ssm:SendCommand' };
    const refused: Partial<Batch> = { state: 'refused', outcome: 'denied', reason };
    const store = memoryStore();
    const { commandId: _none, ...batch } = { commandId: undefined, ...refused };
    await store.put(keys.progress('test', 0, 0), {
      requester: 'ops',
      startedAt: '2026-11-21T08:00:00Z',
      shards: [
        {
          account: ACCOUNT,
          region: 'eu-west-1',
          batches: [{ batch: '0', document: 'd', nodes: [{ id: 'i-a' }], ...batch }],
        },
      ],
    });
    // No session is asked for where there is nothing to read.
    const nobody = { enter: () => Promise.reject(new Error('unplanned')) };
    const { told, events } = telling();
    const output = await collect(
      {
        store,
        spokes: nobody,
        log: silent,
        pause: noPause,
        remainingMs: () => 900_000,
        newId: () => randomUUID(),
        now,
        deliveries: noDeliveries,
        events,
      },
      job,
    );
    expect(output.counts).toEqual({ denied: 1 });
    expect(told).toMatchObject([['NodeFailed', { wave: 1, failed: 1, nodes: [{ node: 'i-a' }] }]]);
  });

  it('tells the truth of a shard it cannot read, and does not fail the others', async () => {
    const { output, rows } = await collected(
      {},
      { invocations: () => Promise.reject(answered('AccessDeniedException')) },
    );
    expect(output.counts).toEqual({ unknown: 2 });
    expect(rows[0]?.reason).toMatchObject({
      code: 'AccessDenied',
      action: 'ssm:ListCommandInvocations',
    });
  });
});

describe('Collect, where one call does not end it', () => {
  const NODES = 50;
  const batchesOf = (count: number): Batch[] =>
    Array.from({ length: count }, (_, b) => ({
      batch: String(b),
      document: 'AWS-RunShellScript',
      nodes: Array.from({ length: NODES }, (__, n) => ({ id: `i-${b}-${n}` })),
      state: 'done',
      commandId: String(b),
    }));
  const REGIONS = ['eu-west-1', 'us-east-1'];

  /** Calls until it says that it is done; which commands each call read, and what was told. */
  async function untilDone(
    count: number,
    remainingMs: () => number,
    statusOf = (_command: string, _call: number) => 'Success',
  ) {
    const store = memoryStore();
    const { told, events } = telling();
    const shards = REGIONS.map((region) => ({
      account: ACCOUNT,
      region,
      batches: batchesOf(count),
    }));
    await store.put(keys.progress('test', 0, 0), {
      requester: 'ops',
      startedAt: '2026-11-21T08:00:00Z',
      shards,
    } satisfies Progress);
    const calls: string[][] = [];
    const outputs = [];
    for (let next = 'again'; next === 'again';) {
      const asked: string[] = [];
      calls.push(asked);
      const invocations = async (id: string) => {
        asked.push(id);
        const Status = statusOf(id, calls.length);
        return Array.from({ length: NODES }, (_, n) =>
          invocation(`i-${id}-${n}`, { Status, StatusDetails: Status }),
        );
      };
      const output = await collect(
        {
          store,
          spokes: spokes({ invocations }),
          log: silent,
          pause: noPause,
          remainingMs,
          newId: () => randomUUID(),
          now,
          deliveries: puttingInto(store),
          events,
        },
        job,
      );
      outputs.push(output);
      ({ next } = output);
      if (next === 'again' && calls.length > 20) throw new Error('no end');
    }
    const rows = await Promise.all(
      REGIONS.map((region) => store.getLines(Row, keys.result('test', 0, ACCOUNT, region))),
    );
    return { calls, outputs, rows, store, told };
  }

  it('takes up where time ran out: each command is read once, and every node has its row', async () => {
    let left = 0;
    // Three batches of each Region a call.
    const remainingMs = () => 180_000 + 3 - (left++ % 4) - 1;
    const { calls, outputs, rows, told } = await untilDone(4, remainingMs);
    expect(calls).toEqual([
      ['0', '1', '2', '0', '1', '2'],
      ['3', '3'],
    ]);
    expect(outputs.map((o) => [o.next, o.waitSeconds])).toEqual([
      ['again', 1],
      ['done', 5],
    ]);
    expect(outputs.at(-1)?.counts).toEqual({ succeeded: 2 * 4 * NODES });
    expect(rows.map((all) => new Set(all.map(({ node }) => node)).size)).toEqual([200, 200]);
    expect(rows.map((all) => all.length)).toEqual([200, 200]);
    expect(told).toEqual([]);
  });

  it('says once which nodes went wrong, those of earlier calls with them', async () => {
    let left = 0;
    const remainingMs = () => 180_000 + 3 - (left++ % 4) - 1;
    const { told, store } = await untilDone(4, remainingMs, (id) =>
      id === '0' ? 'Failed' : 'Success',
    );
    expect(told).toMatchObject([['NodeFailed', { failed: 2 * NODES }]]);
    const page = await store.get(Progress, keys.progress('test', 0, 0));
    expect(page.counts).toEqual({ failed: 2 * NODES, succeeded: 6 * NODES });
    expect(new Set(page.failures?.map(({ node }) => node)).size).toBe(20);
  });

  it('has no more than some thousand rows in memory, and writes them as one', async () => {
    const { calls, rows, store } = await untilDone(210, () => 900_000);
    expect(calls.map((asked) => asked.length)).toEqual([420]);
    expect(rows.map((all) => all.length)).toEqual([10_500, 10_500]);
    const parts = [...store.objects.keys()].filter((key) => key.includes('/progress/collected/'));
    expect(parts).toHaveLength(2 * 21);
  });

  it('reads only that again which may still come', async () => {
    const { calls, outputs } = await untilDone(
      3,
      () => 900_000,
      (id, call) => (id === '1' && call === 1 ? 'InProgress' : 'Success'),
    );
    expect(calls).toEqual([
      ['0', '1', '2', '0', '1', '2'],
      ['1', '1'],
    ]);
    expect(outputs.map(({ counts }) => counts)).toEqual([
      { succeeded: 4 * NODES },
      { succeeded: 6 * NODES },
    ]);
  });
});
