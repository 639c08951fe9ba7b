/** What a dispatch asks people, what it does twice at most, and when it is over by the clock. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS } from '../../contract/events.ts';
import { keys } from '../../contract/names.ts';
import { ApprovalRecord, Dropped } from '../../contract/stored.ts';
import type { Node } from '../../local/fleet/index.ts';
import { cliOf } from './support/cli.ts';
import { inHours } from './support/later.ts';
import { BUCKET, HUB, makeWorld, request, SPOKES, type World } from './support/world.ts';

const TARGETS = { accounts: [SPOKES[0]], regions: ['eu-west-1'], allNodes: true };
const BY = `arn:aws:iam::${HUB}:user/jane.doe`;

let world: World;
let nodes: Node[];
let cli: ReturnType<typeof cliOf>;
beforeAll(async () => {
  world = await makeWorld({ spokes: [SPOKES[0]] });
  nodes = [1, 2, 3, 4].map(() => world.node({}));
  cli = cliOf(world);
});
afterAll(() => world.close());

const ran = (file: string) => nodes.filter((n) => world.file(n, file) !== undefined).length;
const touching = (file: string, change: object) =>
  request({
    action: { type: 'command', linux: [`echo x >> "$HOME/${file}"`] },
    targets: TARGETS,
    ...change,
  });
const record = (id: string, wave: number): ApprovalRecord | undefined => {
  const body = world.aws.s3.read(BUCKET, keys.approval(id, wave));
  return body && ApprovalRecord.parse(JSON.parse(body.toString()));
};

describe('an approval', () => {
  it('before every wave: each waits for a person, who is in the report', async () => {
    const arn = await world.start(
      'approved',
      touching('approved', { approval: { before: 'every' }, waves: ['1', '100%'] }),
    );
    const first = inHours(world, 1, async () => {
      expect(ran('approved')).toBe(0);
      expect(record('approved', 0)).toMatchObject({ wave: 0, nodes: 1 });
      expect(await cli('approve', 'approved', '--wave', '2')).toMatchObject({ code: 2 });
      const stands = await cli('status', 'approved');
      expect(stands.stdout).toContain('wave 1 (1 node) waits for a person until ');
      const { stdout } = await cli('status', 'approved', '--json');
      expect(JSON.parse(stdout)).toMatchObject({ waitsFor: { wave: 1, nodes: 1 } });
      expect(stdout).not.toContain('"token"');
      const said = await cli('approve', 'approved', '--reason', 'change 4711');
      expect(said).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('Wave 1 of approved'),
      });
    });
    const second = inHours(world, 2, async () => {
      expect(ran('approved')).toBe(1);
      expect((await cli('approve', 'approved', '--wave', '2')).code).toBe(0);
      // It was decided: nobody waits for a second word.
      expect((await cli('reject', 'approved', '--reason', 'late')).code).not.toBe(0);
    });
    await Promise.all([first, second]);
    expect((await world.ended(arn)).status).toBe('SUCCEEDED');
    expect(ran('approved')).toBe(4);
    expect(world.report('approved').approvals).toMatchObject([
      { wave: 1, approved: true, by: BY, reason: 'change 4711' },
      { wave: 2, approved: true, by: BY },
    ]);
    const asked = world.aws.events.all.flatMap(({ source, detail, ...event }) =>
      source === 'fleetwide' && event['detail-type'] === 'ApprovalNeeded' ? [detail] : [],
    );
    expect(asked).toMatchObject([
      { dispatch: 'approved', wave: 1, waves: 2, nodes: 1 },
      { dispatch: 'approved', wave: 2, waves: 2, nodes: 3 },
    ]);
    for (const detail of asked) EVENTS.ApprovalNeeded.schema.parse(detail);
    expect(record('approved', 0)).not.toHaveProperty('token');
    expect((await cli('status', 'approved')).stdout).toContain(`wave 1 approved by ${BY}`);
    expect((await cli('approve', 'approved')).code).toBe(2);
  });

  it('that is refused ends the dispatch with the reason; what had gone out stays', async () => {
    const arn = await world.start(
      'refused',
      touching('refused', { approval: { before: [2] }, waves: ['1', '100%'] }),
    );
    await inHours(world, 1, async () => {
      expect((await cli('reject', 'refused', '--reason', 'it is slow')).code).toBe(0);
    });
    const ended = await world.ended(arn);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    expect(ended.cause).toContain(`wave 2 was not begun: rejected by ${BY}: it is slow`);
    expect(ran('refused')).toBe(1);
    expect(world.report('refused')).toMatchObject({
      counts: { succeeded: 1, skipped: 3 },
      approvals: [{ wave: 2, approved: false, by: BY, reason: 'it is slow' }],
    });
    expect(world.rows('refused').filter((r) => r.reason?.code === 'rejected').length).toBe(3);
  });

  it('that nobody gives in time ends the dispatch, and nothing was sent', async () => {
    const ended = await world.dispatch(
      'forgotten',
      touching('forgotten', { approval: { expiresAfterSeconds: 3600 } }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'ApprovalExpired' });
    expect(ran('forgotten')).toBe(0);
    const { counts, startedAt, endedAt } = world.report('forgotten');
    expect(counts).toEqual({ skipped: 4 });
    const took = Date.parse(endedAt) - Date.parse(startedAt);
    expect(took).toBeGreaterThanOrEqual(3_600_000);
    expect(took).toBeLessThan(3_660_000);
  });

  it('before a wave that adds no node holds back the one after it', async () => {
    // 5 % of 4 nodes is the one of the first wave.
    const ended = await world.dispatch(
      'carried',
      touching('carried', {
        waves: ['1', '5%', '100%'],
        approval: { before: [2], expiresAfterSeconds: 60 },
      }),
    );
    expect(ended.error).toBe('ApprovalExpired');
    expect(ran('carried')).toBe(1);
  });
});

describe('a start with a key', () => {
  const key =
    'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/nightly/2026-11-21T02:00:00Z';

  it('runs once, however often it is delivered; the others say which it was', async () => {
    const input = touching('once', { dedupe: key });
    expect((await world.dispatch('once', input)).status).toBe('SUCCEEDED');
    const again = await world.dispatch('once-again', input);
    expect(again).toMatchObject({
      status: 'SUCCEEDED',
      output: { next: 'drop', dropped: { reason: 'duplicate', by: 'once' } },
    });
    expect(nodes.map((n) => world.file(n, 'once'))).toEqual(nodes.map(() => 'x\n'));
    const body = String(world.aws.s3.read(BUCKET, keys.dropped('once-again')));
    expect(Dropped.parse(JSON.parse(body))).toEqual({ reason: 'duplicate', by: 'once', key });
    expect((await cli('status', 'once-again')).stdout).toContain(
      'Dropped: dispatch once came before',
    );
    // Another key is another occasion.
    expect((await world.dispatch('next', touching('once', { dedupe: `${key}/2` }))).status).toBe(
      'SUCCEEDED',
    );
    expect(nodes.map((n) => world.file(n, 'once'))).toEqual(nodes.map(() => 'x\nx\n'));
  });

  it('is not taken by a plan', async () => {
    await world.dispatch('sketch', touching('real', { dedupe: 'release-1', mode: 'plan' }));
    expect((await world.dispatch('real', { plan: 'sketch' })).status).toBe('SUCCEEDED');
    expect(await world.dispatch('real-again', { plan: 'sketch' })).toMatchObject({
      output: { dropped: { reason: 'duplicate', by: 'real' } },
    });
    expect(ran('real')).toBe(4);
  });
});

describe('a dispatch that takes too long as a whole', () => {
  it('is over: nothing more is sent, what runs is cancelled, and each node says so', async () => {
    const own = await makeWorld({ spokes: [SPOKES[0]] });
    const slow = () => ({ delayMs: 7_200_000, exitCode: 0, stdout: '', stderr: '' });
    for (let i = 0; i < 3; i++) own.node({ behaviour: i === 0 ? () => ({}) : slow });
    const ended = await own.dispatch(
      'endless',
      request({
        targets: TARGETS,
        seed: 'endless',
        waves: ['2', '100%'],
        errorBudget: '100%',
        timeouts: { executionSeconds: 10_000, overallSeconds: 1800 },
      }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'OverallTimeout' });
    const { counts, startedAt, endedAt } = own.report('endless');
    expect(counts.cancelled).toBeGreaterThanOrEqual(1);
    expect((counts.cancelled ?? 0) + (counts.succeeded ?? 0)).toBe(2);
    expect(counts.skipped).toBe(1);
    const late = own.rows('endless').filter((r) => r.outcome !== 'succeeded');
    expect(new Set(late.map((r) => r.reason?.code))).toEqual(new Set(['overallTimeout']));
    const took = Date.parse(endedAt) - Date.parse(startedAt);
    expect(took).toBeGreaterThanOrEqual(1_800_000);
    expect(took).toBeLessThan(1_900_000);
    await own.close();
  });
});
