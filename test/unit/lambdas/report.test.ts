import { describe, expect, it } from '@jest/globals';
import { FleetwideError } from '../../../contract/errors.ts';
import { keys } from '../../../contract/names.ts';
import { Row } from '../../../contract/stored.ts';
import { report } from '../../../lambdas/report/report.ts';
import { planOf, row, START, stored, stream } from '../../browser/support/pages.ts';
import { memoryStore, silent, telling, writerOf } from './support.ts';

const ID = 'reported';

describe('the report', () => {
  it('does not fail for an output that cannot be read: the page names its key', async () => {
    const key = keys.output(ID, '222233334444', 'eu-west-1', 'i-0123456789abcdef0', 'stdout');
    const rows = [row({ stdout: stream('', { bytes: 9, source: 'invocation', key }) })];
    const store = memoryStore();
    const shard = { account: '222233334444', region: 'eu-west-1' };
    const whole = planOf(ID, rows);
    await store.put(keys.request(ID), stored(ID));
    await store.put(keys.plan(ID), {
      ...whole,
      waves: whole.waves.slice(0, 1),
      shards: whole.shards.slice(0, 1),
    });
    await store.put(keys.wave(ID, 0), [{ group: 0, key: keys.slice(ID, 0, 0) }]);
    await store.put(keys.slice(ID, 0, 0), {
      group: 0,
      wave: 0,
      shards: [{ ...shard, nodes: [{ id: 'i-0123456789abcdef0' }] }],
    });
    await store.putLines(keys.result(ID, 0, shard.account, shard.region), rows);
    const warned: unknown[] = [];
    const { told, counted, events, meter } = telling();
    const ended = await report(
      {
        store: {
          ...store,
          findText: async (wanted) => {
            throw new FleetwideError('AccessDenied', wanted);
          },
        },
        writer: writerOf(store),
        now: () => START + 1_000,
        bucket: 'results',
        events,
        meter,
        log: { info: () => undefined, warn: (...line) => void warned.push(line) },
      },
      { dispatch: ID, wavesDone: 1 },
    );
    expect(ended).toMatchObject({ succeeded: true, matched: 1 });
    const address = `s3://results/${keys.report(ID, 'json')}`;
    expect(told).toMatchObject([['DispatchFinished', { succeeded: true, report: address }]]);
    expect(counted).toMatchObject({
      DispatchesFinished: 1,
      DispatchesFailed: 0,
      NodesSucceeded: 1,
    });
    expect(warned).toMatchObject([['output left out of the page', { key }]]);
    expect(store.objects.get(keys.report(ID, 'html'))).toContain(key);
    expect(store.objects.get(keys.report(ID, 'xml'))).toContain('tests="1" failures="0"');
  });

  it('has a row for every node of a shard that is too large to be read at once', async () => {
    const shard = { account: '222233334444', region: 'eu-west-1' };
    const ids = Array.from({ length: 5_000 }, (_, n) => `i-${String(n).padStart(17, '0')}`);
    const store = memoryStore();
    const plan = planOf(ID, [row({})]);
    await store.put(keys.request(ID), stored(ID));
    await store.put(keys.plan(ID), {
      ...plan,
      matched: ids.length,
      waves: plan.waves.slice(0, 1),
      shards: plan.shards.slice(0, 1),
    });
    await store.put(keys.wave(ID, 0), [{ group: 0, key: keys.slice(ID, 0, 0) }]);
    const nodes = ids.map((id) => ({ id }));
    await store.put(keys.slice(ID, 0, 0), { group: 0, wave: 0, shards: [{ ...shard, nodes }] });
    // Two have no row, and there is one of a stranger.
    const rows = [...ids.slice(2), 'i-0f'].toReversed().map((node) => row({ ...shard, node }));
    await store.putLines(keys.result(ID, 0, shard.account, shard.region), rows);
    const { events, meter } = telling();
    const ended = await report(
      {
        store,
        writer: writerOf(store),
        now: () => START + 1_000,
        bucket: 'results',
        events,
        meter,
        log: silent,
      },
      { dispatch: ID, wavesDone: 1 },
    );
    expect(ended.counts).toEqual({ succeeded: 4_998, unknown: 2 });
    const told = await store.getLines(Row, keys.report(ID, 'jsonl'));
    expect(told.map(({ node }) => node).toSorted()).toEqual(ids);
  });
});
