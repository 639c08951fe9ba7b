import { describe, expect, it } from '@jest/globals';
import { duration, failureLines, liveLines, plainLine } from '../../../cli/follow/view.ts';
import { watch } from '../../../cli/follow/watch.ts';
import { keys } from '../../../contract/names.ts';
import { Plan, Progress } from '../../../contract/stored.ts';
import type { z } from 'zod';

const AT = '2026-11-21T08:00:00.000Z';
const NOW = Date.parse(AT) + 10_000;

const nodes = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `i-${i}` }));
const batch = (change: object) => ({ batch: '0', document: 'AWS-RunShellScript', ...change });
const notebook = (account: string, batches: readonly object[], change: object = {}) =>
  Progress.parse({
    requester: 'ops',
    startedAt: AT,
    shards: [{ account, region: 'eu-west-1', batches }],
    ...change,
  });
const failure = {
  account: '333344445555',
  region: 'eu-west-1',
  node: 'i-7',
  name: 'web-7',
  outcome: 'failed',
  exitCode: 3,
  tail: 'a\nb\n\x1b[2Jc\n',
} as const;

const PLAN = Plan.parse({
  dispatch: 'd1',
  frozenAt: AT,
  sha256: '',
  documents: [],
  matched: 30,
  sendable: 30,
  skipped: 0,
  waves: [
    { size: '50%', nodes: 20, groups: 2 },
    { size: '100%', nodes: 10, groups: 1 },
  ],
  shards: [],
  notFound: [],
  errorsAllowed: 0,
  expectedCalls: 0,
});

/** A bucket with notebooks in it, which counts what is read. */
function hub() {
  const objects = new Map<string, z.output<typeof Progress>>();
  const read: string[] = [];
  return {
    read,
    write: (wave: number, group: number, value: z.output<typeof Progress>) =>
      objects.set(keys.progress('d1', wave, group), value),
    list: async (prefix: string) =>
      new Map(
        [...objects]
          .filter(([key]) => key.startsWith(prefix))
          .map(([k, v]) => [k, JSON.stringify(v)]),
      ),
    find: async <T>(schema: z.ZodType<T>, key: string) => {
      read.push(key);
      return schema.parse(objects.get(key));
    },
  };
}

describe('watching', () => {
  it('reads what changed, and goes on to the next wave when one is over', async () => {
    const bucket = hub();
    const watching = watch(bucket, 'd1');
    expect(await watching.look(PLAN)).toEqual([]);
    bucket.write(0, 0, notebook('222233334444', [batch({ nodes: nodes(10), state: 'planned' })]));
    const sent = batch({ nodes: nodes(10), state: 'sent', completed: 6, errors: 2 });
    bucket.write(0, 1, notebook('333344445555', [sent], { failures: [failure] }));
    const [first] = await watching.look(PLAN);
    expect(first).toMatchObject({ wave: 0, nodes: 20, over: false });
    expect(first && plainLine(first, 2)).toBe(
      'wave 1/2: 20 nodes, 10 sent, 6 ended: 4 succeeded, 2 failed',
    );
    await watching.look(PLAN);
    expect(bucket.read).toHaveLength(2);
    const done = batch({ nodes: nodes(10), state: 'done' });
    bucket.write(0, 0, notebook('222233334444', [done], { counts: { succeeded: 10 } }));
    bucket.write(0, 1, notebook('333344445555', [done], { counts: { failed: 2, unknown: 8 } }));
    bucket.write(1, 0, notebook('222233334444', [batch({ nodes: nodes(10), state: 'unsure' })]));
    const [over, next] = await watching.look(PLAN);
    expect(over && plainLine(over, 2)).toBe(
      'wave 1/2: 20 nodes, 20 sent, 20 ended: 10 succeeded, 2 failed, 8 unknown',
    );
    expect([over?.over, next?.wave, next?.over]).toEqual([true, 1, false]);
    expect(bucket.read).toHaveLength(5);
  });

  it('counts what was refused by how it ended', async () => {
    const bucket = hub();
    const refused = batch({ nodes: nodes(3), state: 'refused', outcome: 'denied' });
    const withheld = batch({ nodes: nodes(2), state: 'refused', outcome: 'skipped' });
    bucket.write(0, 0, notebook('222233334444', [refused, withheld]));
    const [state] = await watch(bucket, 'd1').look(PLAN);
    expect(state?.groups.get(0)).toMatchObject({ nodes: 5, sent: 0, ended: 5, errors: 3 });
  });
});

describe('what is shown', () => {
  it('is a line for the wave and one for each group of accounts that is not over', async () => {
    const bucket = hub();
    const sent = batch({ nodes: nodes(10), state: 'sent', completed: 5 });
    bucket.write(0, 0, notebook('222233334444', [sent]));
    bucket.write(0, 1, notebook('333344445555', [sent]));
    const watching = watch(bucket, 'd1');
    const lines = async () => {
      const [state] = await watching.look(PLAN);
      return state ? liveLines(state, 2, NOW) : [];
    };
    expect(await lines()).toEqual([
      'wave 1/2 ██████████░░░░░░░░░░  10/20  10 succeeded  1.0/s  ETA 10 s',
      '  222233334444  ██████████░░░░░░░░░░  5/10  5 succeeded  30.0/min  ETA 10 s',
      '  333344445555  ██████████░░░░░░░░░░  5/10  5 succeeded  30.0/min  ETA 10 s',
    ]);
    const done = batch({ nodes: nodes(10), state: 'done' });
    bucket.write(0, 0, notebook('222233334444', [done], { counts: { succeeded: 10 } }));
    expect((await lines()).map((line) => line.trim().split(' ')[0])).toEqual([
      'wave',
      '333344445555',
    ]);
  });

  it('of a failure is who and the end of its output, harmless', () => {
    expect(failureLines(failure)).toEqual([
      'failed web-7 (i-7) 333344445555 eu-west-1, exit code 3',
      '  | a',
      '  | b',
      '  | \\x1b[2Jc',
    ]);
    const silent = { ...failure, exitCode: undefined, tail: '', message: 'not delivered' };
    expect(failureLines(silent)).toEqual([
      'failed web-7 (i-7) 333344445555 eu-west-1: not delivered',
    ]);
  });

  it.each([
    [0, '0 s'],
    [59.6, '1:00'],
    [61, '1:01'],
    [3_725, '1:02:05'],
    [Infinity, '-'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
