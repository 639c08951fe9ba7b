import { describe, expect, it } from '@jest/globals';
import { keys } from '../../../contract/names.ts';
import { type Batch, type Progress, Row } from '../../../contract/stored.ts';
import { collect } from '../../../lambdas/collect/collect.ts';
import type { Invocation, RunCommand } from '../../../lambdas/shared/runCommand.ts';
import {
  ACCOUNT,
  answered,
  job,
  memoryStore,
  noDeliveries,
  noPause,
  silent,
  spokes,
} from './support.ts';

const now = () => Date.parse('2026-11-21T08:00:10Z');

async function collected(batch: Partial<Batch>, planned: Partial<RunCommand>) {
  const store = memoryStore();
  const page: Progress = {
    requester: 'ops',
    startedAt: '2026-11-21T08:00:00Z',
    shards: [
      {
        account: ACCOUNT,
        region: 'eu-west-1',
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
  const output = await collect(
    { store, spokes: spokes(planned), log: silent, pause: noPause, now, deliveries: noDeliveries },
    job,
  );
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
    expect(output).toMatchObject({ group: 0, counts: { succeeded: 1, unknown: 1 }, next: 'done' });
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
    const output = await collect(
      { store, spokes: nobody, log: silent, pause: noPause, now, deliveries: noDeliveries },
      job,
    );
    expect(output.counts).toEqual({ denied: 1 });
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
