import { describe, expect, it } from '@jest/globals';
import type { Batch, ProgressShard } from '../../../contract/stored.ts';
import { dueBatches, timeoutSeconds } from '../../../lambdas/shared/batches.ts';
import { waitSeconds } from '../../../lambdas/shared/waiting.ts';

const shard = (states: Batch['state'][], nodes = 50): ProgressShard => ({
  account: '111122223333',
  region: 'eu-west-1',
  batches: states.map((state, i) => ({
    batch: String(i),
    document: 'AWS-RunShellScript',
    nodes: Array.from({ length: nodes }, (_, n) => ({ id: `i-${i}-${n}` })),
    state,
  })),
});

describe('batches that may go now', () => {
  const due = (s: ProgressShard, max?: string) =>
    dueBatches(s, max).map((d) => [d.batch.batch, d.concurrency]);

  it('are all of them when no concurrency is asked for', () => {
    expect(due(shard(['planned', 'planned']))).toEqual([
      ['0', 50],
      ['1', 50],
    ]);
  });

  it('share the places of their shard', () => {
    expect(due(shard(['planned', 'planned']), '20')).toEqual([
      ['0', 10],
      ['1', 10],
    ]);
    expect(due(shard(['planned', 'planned', 'planned']), '10%')).toEqual([
      ['0', 5],
      ['1', 5],
      ['2', 5],
    ]);
  });

  it('wait for a place when there are fewer places than batches', () => {
    expect(due(shard(['planned', 'planned', 'planned']), '2')).toEqual([
      ['0', 1],
      ['1', 1],
    ]);
    expect(due(shard(['sent', 'done', 'planned']), '2')).toEqual([['2', 1]]);
    expect(due(shard(['sent', 'unsure', 'planned']), '2')).toEqual([]);
  });

  it('give a queueing node time for those before it, within SSM’s bounds', () => {
    const timeouts = { deliverySeconds: 600, executionSeconds: 100 };
    const [batch] = shard(['planned']).batches;
    if (!batch) throw new Error('no batch');
    expect(timeoutSeconds({ batch, concurrency: 50 }, timeouts)).toBe(600);
    expect(timeoutSeconds({ batch, concurrency: 10 }, timeouts)).toBe(600 + 4 * 100);
    const long = { ...timeouts, executionSeconds: 172_800 };
    expect(timeoutSeconds({ batch, concurrency: 1 }, long)).toBe(2_592_000);
  });
});

describe('the waits between looks', () => {
  it('start at 2 s and grow with the time so far', () => {
    expect([0, 3_000, 10_000, 60_000].map(waitSeconds)).toEqual([2, 2, 3, 15]);
    const hour = Array.from({ length: 3_600 }, (_, i) => waitSeconds(3_600_000 + i * 1000));
    expect(Math.max(...hour)).toBe(120);
  });

  it('lead to the same times, whenever a look was over', () => {
    const next = [60, 62.3, 65, 70, 72].map((seconds) => seconds + waitSeconds(seconds * 1000));
    for (const time of next) expect(Math.abs(time - 75)).toBeLessThan(1);
    // At the next time already: not at once again.
    expect(waitSeconds(74_000)).toBe(2);
  });

  it('stay countable: 30 days of looks fit into 25,000 history events of 9 a look', () => {
    let elapsed = 0;
    let looks = 0;
    for (; elapsed < 30 * 86_400_000; looks++) elapsed += waitSeconds(elapsed) * 1000;
    expect(looks * 9).toBeLessThan(25_000);
  });
});
