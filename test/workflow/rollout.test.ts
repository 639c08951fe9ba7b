/** When waves go, and when nothing goes any more. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Row } from '../../contract/stored.ts';
import type { Node } from '../../local/fleet/index.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

/** @param wave from 1, as the table has it */
const times = (rows: readonly Row[], wave: number, of: 'startedAt' | 'endedAt'): number[] =>
  rows.filter((r) => r.wave === wave).map((r) => Date.parse(r[of] ?? ''));

describe('the clock of a rollout', () => {
  let world: World;
  let nodes: Node[];
  beforeAll(async () => {
    world = await makeWorld();
    nodes = SPOKES.flatMap((account) =>
      REGIONS.flatMap((region) => [1, 2].map(() => world.node({ account, region }))),
    );
  });
  afterAll(() => world.close());

  const ran = (file: string) => nodes.filter((n) => world.file(n, file) !== undefined).length;
  const inHours = (hours: number) =>
    new Date(world.aws.clock.now() + hours * 3_600_000).toISOString();
  const touching = (file: string, change: object) =>
    request({ action: { type: 'command', linux: [`touch "$HOME/${file}"`] }, ...change });

  it('opens with the window, and pauses between waves', async () => {
    const startAfter = inHours(14);
    const ended = await world.dispatch(
      'paused',
      touching('paused', {
        window: { startAfter, stopSendingAfter: inHours(20) },
        waves: ['1', '50%', '100%'],
        pauseBetween: 3600,
      }),
    );
    expect(ended.status).toBe('SUCCEEDED');
    const rows = world.rows('paused');
    expect(Math.min(...times(rows, 1, 'startedAt'))).toBeGreaterThanOrEqual(Date.parse(startAfter));
    for (const wave of [2, 3])
      expect(
        Math.min(...times(rows, wave, 'startedAt')) - Math.max(...times(rows, wave - 1, 'endedAt')),
      ).toBeGreaterThanOrEqual(3_600_000);
    expect(ran('paused')).toBe(12);
  });

  it('begins no wave after the window has closed, and says so of each node', async () => {
    const ended = await world.dispatch(
      'closed',
      touching('closed', {
        window: { stopSendingAfter: inHours(1.5) },
        waves: ['1', '50%', '100%'],
        pauseBetween: 3600,
      }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'WindowClosed' });
    expect(ran('closed')).toBe(6);
    const report = world.report('closed');
    expect(report).toMatchObject({ matched: 12, counts: { succeeded: 6, skipped: 6 } });
    expect(report.waves.map((w) => w.sent)).toEqual([true, true, false]);
    expect(report.cause).toContain('wave 3 was not begun');
    const late = world.rows('closed').filter((r) => r.outcome === 'skipped');
    expect(new Set(late.map((r) => `${r.wave} ${r.reason?.code}`))).toEqual(
      new Set(['3 windowClosed']),
    );
  });

  it('waits for a window no longer than there is one', async () => {
    const ended = await world.dispatch(
      'never',
      touching('never', {
        window: { stopSendingAfter: inHours(1) },
        waves: ['1', '100%'],
        pauseBetween: 30 * 86_400,
      }),
    );
    expect(ended.error).toBe('WindowClosed');
    const { startedAt, endedAt } = world.report('never');
    expect(Date.parse(endedAt) - Date.parse(startedAt)).toBeLessThan(3_700_000);
  });

  it('takes the same nodes into the same waves for the same seed', async () => {
    const first = async (id: string, seed: string) => {
      await world.dispatch(id, touching(id, { seed, waves: ['4', '100%'] }));
      return world
        .rows(id)
        .filter((r) => r.wave === 1)
        .map((r) => r.node)
        .toSorted();
    };
    const spring = await first('spring', 'spring');
    expect(await first('spring-again', 'spring')).toEqual(spring);
    expect(await first('autumn', 'autumn')).not.toEqual(spring);
    expect(world.plan('spring').seed).toBe('spring');
  });
});

describe('a window that closes while a wave goes out', () => {
  it('lets what runs end, and sends no further batch', async () => {
    const world = await makeWorld({ spokes: [SPOKES[0]] });
    for (let i = 0; i < 120; i++)
      world.node({ behaviour: () => ({ delayMs: 600_000, exitCode: 0, stdout: '', stderr: '' }) });
    const ended = await world.dispatch(
      'midway',
      request({
        targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true },
        window: {
          stopSendingAfter: new Date(world.aws.clock.now() + 300_000).toISOString(),
        },
        maxConcurrency: 2,
      }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'WindowClosed' });
    const { counts } = world.report('midway');
    expect(counts).toEqual({ succeeded: 100, skipped: 20 });
    await world.close();
  });
});

describe('what an error budget counts', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ spokes: [SPOKES[0]] });
    world.node({ tags: { Kind: 'silent' }, responsive: false });
    world.node({ tags: { Kind: 'silent' }, region: REGIONS[1] });
    const slow = () => ({ delayMs: 300_000, exitCode: 0, stdout: '', stderr: '' });
    for (let i = 0; i < 4; i++) world.node({ tags: { Kind: 'slow' }, behaviour: slow });
  });
  afterAll(() => world.close());

  const on = (kind: string, change: object) =>
    request({
      targets: { accounts: [SPOKES[0]], regions: [...REGIONS], tags: { Kind: [kind] } },
      errorBudget: 0,
      timeouts: { deliverySeconds: 30, executionSeconds: 60 },
      ...change,
    });
  /** The silent node in the first of two waves, whatever the seed made of it. */
  const silentFirst = async (id: string, change: object) => {
    for (const seed of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await world.dispatch(
        `${id}-${seed}`,
        on('silent', { waves: ['1', '100%'], seed, ...change }),
      );
      const [first] = world.rows(`${id}-${seed}`).filter((r) => r.wave === 1);
      if (first?.outcome === 'undeliverable') return world.report(`${id}-${seed}`);
    }
    throw new Error('no seed has the silent node first');
  };

  it('is what was not delivered, unless the request tolerates that', async () => {
    expect(await silentFirst('counted', {})).toMatchObject({
      error: 'ErrorBudgetSpent',
      counts: { undeliverable: 1, skipped: 1 },
    });
    expect(await silentFirst('tolerated', { tolerate: ['undeliverable'] })).toMatchObject({
      error: 'NodesDidNotSucceed',
      counts: { undeliverable: 1, succeeded: 1 },
    });
  });

  it('is what timed out, unless the request tolerates that: then Systems Manager does not stop either', async () => {
    await world.dispatch('slow', on('slow', { maxConcurrency: 1 }));
    expect(world.report('slow').counts).toEqual({ timedOut: 1, terminated: 3 });
    await world.dispatch('slower', on('slow', { maxConcurrency: 1, tolerate: ['timedOut'] }));
    expect(world.report('slower')).toMatchObject({
      error: 'NodesDidNotSucceed',
      counts: { timedOut: 4 },
    });
  });
});
