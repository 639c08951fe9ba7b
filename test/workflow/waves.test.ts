import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { total } from '../../contract/outcomes.ts';
import type { Node } from '../../local/fleet/index.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

describe('a rollout', () => {
  let world: World;
  let nodes: Node[];
  beforeAll(async () => {
    world = await makeWorld();
    nodes = SPOKES.flatMap((account) =>
      REGIONS.flatMap((region) => [1, 2, 3].map(() => world.node({ account, region }))),
    );
  });
  afterAll(() => world.close());

  const touched = (file: string) => nodes.filter((n) => world.file(n, file) !== undefined).length;
  const running = (linux: string[], change: object) =>
    request({ action: { type: 'command', linux }, ...change });

  it('touches one node when that one fails and no error is allowed', async () => {
    const ended = await world.dispatch(
      'canary',
      running(['echo x >> "$HOME/canary"', 'exit 1'], {
        waves: ['1', '50%', '100%'],
        errorBudget: 0,
      }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'ErrorBudgetSpent' });
    expect(touched('canary')).toBe(1);
    const report = world.report('canary');
    expect(report.counts).toEqual({ failed: 1, skipped: 17 });
    expect(report.waves.map((w) => [w.nodes, w.sent])).toEqual([
      [1, true],
      [8, false],
      [9, false],
    ]);
    expect(world.rows('canary').filter((r) => r.reason?.code === 'waveNotStarted').length).toBe(17);
  });

  it('goes through all waves while the budget holds, each node in one of them', async () => {
    const ended = await world.dispatch(
      'through',
      running(['echo x >> "$HOME/through"'], { waves: ['1', '50%', '100%'] }),
    );
    expect(ended.status).toBe('SUCCEEDED');
    expect(nodes.map((n) => world.file(n, 'through'))).toEqual(nodes.map(() => 'x\n'));
    expect(
      world
        .rows('through')
        .map((r) => r.wave)
        .toSorted((a, b) => a - b),
    ).toEqual([1, ...Array.from({ length: 8 }, () => 2), ...Array.from({ length: 9 }, () => 3)]);
  });

  it('counts errors over all accounts and waves, and goes on up to the budget exactly', async () => {
    const failing = new Set(nodes.slice(0, 4).map((n) => n.id));
    const script = `case "$AWS_SSM_INSTANCE_ID" in ${[...failing].join('|')}) exit 1;; esac`;
    const within = await world.dispatch(
      'within',
      running([script], { waves: ['30%', '60%', '100%'], errorBudget: 4 }),
    );
    expect(within.error).toBe('NodesDidNotSucceed');
    expect(world.report('within').counts).toEqual({ succeeded: 14, failed: 4 });

    const beyond = await world.dispatch(
      'beyond',
      running(['exit 1'], { waves: ['6', '12', '100%'], errorBudget: 5 }),
    );
    expect(beyond.error).toBe('ErrorBudgetSpent');
    const { counts, matched } = world.report('beyond');
    expect(total(counts)).toBe(matched);
    expect(counts.skipped).toBe(12);
    expect(counts.failed).toBeLessThanOrEqual(6);
  });

  it('lets each command stop at what is left of the budget', async () => {
    // 18 nodes in six shards: within one command SSM itself stops at MaxErrors.
    const ended = await world.dispatch(
      'terminated',
      running(['exit 1'], {
        targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true },
        errorBudget: 0,
        maxConcurrency: 1,
      }),
    );
    expect(ended.status).toBe('FAILED');
    expect(world.report('terminated').counts).toEqual({ failed: 1, terminated: 2 });
  });
});

describe('maxConcurrency', () => {
  it('holds for the account and Region, over all of its batches', async () => {
    const world = await makeWorld({ spokes: [SPOKES[0]] });
    let running = 0;
    let most = 0;
    let ran = 0;
    const behaviour = () => {
      running++;
      ran++;
      most = Math.max(most, running);
      world.aws.clock.after(10_000, () => running--);
      return { delayMs: 10_000, exitCode: 0, stdout: 'ok\n', stderr: '' };
    };
    for (let i = 0; i < 170; i++) world.node({ behaviour });
    const only = { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true };
    const wide = await world.dispatch('wide', request({ targets: only, maxConcurrency: 20 }));
    expect(wide.status).toBe('SUCCEEDED');
    expect(most).toBeLessThanOrEqual(20);
    expect(most).toBeGreaterThan(15);

    most = 0;
    const narrow = await world.dispatch('narrow', request({ targets: only, maxConcurrency: 2 }));
    expect(narrow.status).toBe('SUCCEEDED');
    expect(most).toBe(2);
    expect(ran).toBe(340);
    await world.close();
  });
});
