import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import { total } from '../../contract/outcomes.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

describe('a dispatch', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(() => world.close());

  it('runs a command once on every node of three accounts and two Regions, and reports it', async () => {
    const nodes = SPOKES.flatMap((account) =>
      REGIONS.map((region) => world.node({ account, region, tags: { Role: 'web' } })),
    );
    const input = request({
      action: { type: 'command', linux: ['echo run >> "$HOME/runs"', 'printf "päivää\\t%s\\n" ✓'] },
      targets: { accounts: [...SPOKES], regions: [...REGIONS], tags: { Role: ['web'] } },
    });
    const ended = await world.dispatch('first', input);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { matched: 6, succeeded: true } });
    expect(nodes.map((n) => world.file(n, 'runs'))).toEqual(nodes.map(() => 'run\n'));
    const rows = world.rows('first');
    expect(rows.map((r) => r.node).toSorted()).toEqual(nodes.map((n) => n.id).toSorted());
    for (const row of rows) {
      expect(row).toMatchObject({ outcome: 'succeeded', exitCode: 0, status: 'Success' });
      expect(row.stdout).toMatchObject({ text: 'päivää\t✓\n', bytes: 14, truncated: false });
      expect(row.stderr).toMatchObject({ bytes: 0, source: 'none' });
    }

    // The same name again, with the same input: nothing runs.
    await expect(world.start('first', input)).rejects.toThrow(ExecutionAlreadyExists);
    expect(nodes.map((n) => world.file(n, 'runs'))).toEqual(nodes.map(() => 'run\n'));
  });

  it('returns the running dispatch to a second start with the same name and input', async () => {
    const node = world.node({ tags: { Only: 'twice' } });
    const input = request({
      targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], tags: { Only: ['twice'] } },
    });
    const release = world.aws.clock.hold();
    const [first, second] = await Promise.all([
      world.start('twice', input),
      world.start('twice', input),
    ]);
    expect(second).toBe(first);
    release();
    expect((await world.ended(first)).status).toBe('SUCCEEDED');
    expect(world.file(node, 'runs')).toBe('run\n');
  });

  it('says of each node and shard what became of it', async () => {
    const tags = { Kind: 'mixed' };
    const fails = world.node({ tags, computerName: 'fails' });
    const offline = world.node({ tags, computerName: 'offline', pingStatus: 'ConnectionLost' });
    const windows = world.node({ tags, computerName: 'windows', platformType: 'Windows' });
    const silent = world.node({ tags, computerName: 'silent', responsive: false });
    const fine = world.node({ tags, computerName: 'fine', region: 'us-east-1' });
    const ended = await world.dispatch(
      'mixed',
      request({
        action: {
          type: 'command',
          linux: [`if [ "$AWS_SSM_INSTANCE_ID" = ${fails.id} ]; then echo sorry >&2; exit 7; fi`],
        },
        targets: {
          accounts: [SPOKES[0], '999999999999'],
          regions: [...REGIONS],
          tags: { Kind: ['mixed'] },
        },
      }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
    expect(ended.cause).toContain('999999999999/eu-west-1 AccessDenied sts:AssumeRole');
    const outcomes = Object.fromEntries(world.rows('mixed').map((r) => [r.node, r]));
    expect(outcomes[fails.id]).toMatchObject({
      outcome: 'failed',
      exitCode: 7,
      stderr: { text: 'sorry\nfailed to run commands: exit status 7' },
    });
    expect(outcomes[offline.id]).toMatchObject({ outcome: 'skipped', reason: { code: 'offline' } });
    expect(outcomes[windows.id]).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'platform' },
    });
    expect(outcomes[silent.id]).toMatchObject({
      outcome: 'undeliverable',
      statusDetails: 'DeliveryTimedOut',
    });
    expect(outcomes[fine.id]).toMatchObject({ outcome: 'succeeded' });
    const report = world.report('mixed');
    expect(total(report.counts)).toBe(report.matched);
    expect(report.skippedShards.map((s) => [s.account, s.region, s.reason.action])).toEqual([
      ['999999999999', 'eu-west-1', 'sts:AssumeRole'],
      ['999999999999', 'us-east-1', 'sts:AssumeRole'],
    ]);
  });

  it('keeps output whole up to what Systems Manager keeps, and says where it was cut', async () => {
    const tags = { Kind: 'loud' };
    const node = world.node({ tags });
    const only = { accounts: [SPOKES[0]], regions: [REGIONS[0]], tags: { Kind: ['loud'] } };
    const say = (bytes: number) => [`head -c ${bytes} /dev/zero | tr '\\0' x`];
    await world.dispatch(
      'loud',
      request({ action: { type: 'command', linux: say(20_000) }, targets: only }),
    );
    const [loud] = world.rows('loud');
    expect(loud?.stdout).toMatchObject({ bytes: 20_000, truncated: false, source: 'invocation' });
    const stored = world.aws.s3.read(
      'fleetwide-results-111122223333-eu-west-1',
      loud?.stdout?.key ?? '',
    );
    expect(stored?.toString()).toBe('x'.repeat(20_000));
    await world.dispatch(
      'louder',
      request({ action: { type: 'command', linux: say(60_000) }, targets: only }),
    );
    expect(world.rows('louder')[0]?.stdout).toMatchObject({ bytes: 24_000, truncated: true });
    expect(node.id).toBe(loud?.node);
  });

  it('stops before anything is sent when it is only to plan', async () => {
    const node = world.node({ tags: { Kind: 'planned' } });
    const ended = await world.dispatch(
      'planned',
      request({
        mode: 'plan',
        targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], tags: { Kind: ['planned'] } },
      }),
    );
    expect(ended.status).toBe('SUCCEEDED');
    expect(world.plan('planned')).toMatchObject({ matched: 1, sendable: 1, waves: [{ nodes: 1 }] });
    expect(world.file(node, 'runs')).toBeUndefined();
  });

  it('targets by id, and says which ids are nowhere', async () => {
    const node = world.node({ account: SPOKES[1], region: 'us-east-1' });
    const nowhere = 'i-00000000000000bad';
    const ended = await world.dispatch(
      'by-id',
      request({
        targets: { accounts: [...SPOKES], regions: [...REGIONS], instanceIds: [node.id, nowhere] },
      }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
    expect(world.report('by-id')).toMatchObject({ counts: { succeeded: 1 }, notFound: [nowhere] });
  });

  it('narrows by several tags at once', async () => {
    const both = world.node({ tags: { A: '1', B: '2' } });
    world.node({ tags: { A: '1', B: 'x' } });
    world.node({ tags: { A: 'x', B: '2' } });
    await world.dispatch(
      'both-tags',
      request({
        targets: {
          accounts: [SPOKES[0]],
          regions: [REGIONS[0]],
          tags: { A: ['1', '3'], B: ['2'] },
        },
      }),
    );
    expect(world.rows('both-tags').map((r) => r.node)).toEqual([both.id]);
  });

  it('ends as a failure when nothing matches', async () => {
    const ended = await world.dispatch(
      'nothing',
      request({ targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], tags: { No: ['one'] } } }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NothingMatched' });
  });

  it('refuses to touch more nodes than its author expected', async () => {
    const before = world.aws.fleet.executions();
    const ended = await world.dispatch('too-many', request({ maxNodes: 2 }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'TooManyNodes' });
    expect(world.aws.fleet.executions()).toBe(before);
  });
});
