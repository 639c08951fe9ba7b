/** Automation through the front door: an execution of a runbook in each account and Region. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Call } from '../../local/core/operation.ts';
import type { Fault } from '../../local/wire/faults.ts';
import { putAutomationRole, putRunbook } from './support/automation.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const RESET: Fault = { kind: 'reset' };
const EC2 = [
  'ec2:DescribeInstances',
  'ec2:StartInstances',
  'ec2:StopInstances',
  'ec2:TerminateInstances',
];
const [FIRST, SECOND] = SPOKES;
const accounts = [FIRST, SECOND];
const automation = (runbook: string, more: object = {}) => ({
  action: { type: 'automation', runbook, ...more },
  targets: { accounts, regions: [...REGIONS] },
});
const SHARDS = accounts.flatMap((account) => REGIONS.map((region) => `${account}/${region}`));

describe('an automation', () => {
  let world: World;
  let faults: (call: Call, phase: 'before' | 'after') => Fault | undefined = () => undefined;
  beforeAll(async () => {
    world = await makeWorld({ faults: (call, phase) => faults(call, phase) });
    putAutomationRole(world, [...EC2, 'rds:StopDBInstance', 'rds:DescribeDBInstances']);
    putRunbook(
      world,
      'Own',
      [
        {
          name: 'look',
          action: 'aws:executeAwsApi',
          inputs: { Service: 'sts', Api: 'GetCallerIdentity' },
          outputs: [{ Name: 'Arn', Selector: '$.Arn', Type: 'String' }],
        },
      ],
      { outputs: ['look.Arn'] },
    );
  });
  afterAll(async () => {
    faults = () => undefined;
    await world.close();
  });
  const run = (id: string, input: object) => world.dispatch(id, request(input));
  const rowsOf = (id: string) =>
    world
      .rows(id)
      .toSorted((a, b) => `${a.account}/${a.region}`.localeCompare(`${b.account}/${b.region}`));
  const countsOf = (id: string) => world.report(id).counts;

  it('runs once in each account and Region, as the role, and tells its outputs and steps', async () => {
    const ended = await run('own', { ...automation('Own'), requester: 'jane.doe' });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { matched: 4 } });
    const rows = rowsOf('own');
    expect(rows.map((r) => `${r.account}/${r.region}`)).toEqual(SHARDS);
    for (const row of rows) {
      expect(row).toMatchObject({
        node: 'automation',
        outcome: 'succeeded',
        status: 'Success',
        stdout: { source: 'execution', truncated: false },
        automation: { steps: [{ name: 'look', action: 'aws:executeAwsApi', status: 'Success' }] },
      });
      expect(row.commandId).toBeUndefined();
      expect(JSON.parse(row.stdout?.text ?? '')).toEqual({
        'look.Arn': [
          `arn:aws:sts::${row.account}:assumed-role/fleetwide-automation/Automation-${row.automation?.executionId}`,
        ],
      });
    }
    expect(world.plan('own').documents).toEqual([{ name: 'Own', version: '$DEFAULT' }]);
  });

  it('restarts the instances that carry a tag, whether Systems Manager knows them or not', async () => {
    const tags = { Role: 'web' };
    const web = [
      world.node({ tags }),
      world.node({ tags, managed: false }),
      world.node({ account: SECOND, region: REGIONS[1], tags }),
    ];
    const other = world.node({ tags: { Role: 'db' } });
    const seen = new Map<string, string[]>();
    const end = world.aws.fleet.subscribe(({ id, state }) => {
      seen.set(id, [...(seen.get(id) ?? []), state]);
    });
    const input = automation('AWS-RestartEC2Instance', { nodesParameter: 'InstanceId' });
    const ended = await run('restart', {
      ...input,
      targets: { ...input.targets, tags: { Role: ['web'] } },
    });
    end();
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { matched: 2 } });
    for (const { id } of web)
      expect(seen.get(id)).toEqual(['stopping', 'stopped', 'pending', 'running']);
    expect(seen.get(other.id)).toBeUndefined();
    expect(rowsOf('restart')).toMatchObject([
      {
        account: FIRST,
        automation: {
          instances: web
            .slice(0, 2)
            .map(({ id }) => id)
            .toSorted(),
          steps: [{ name: 'stopInstances' }, { name: 'startInstances', status: 'Success' }],
        },
      },
      { account: SECOND, region: REGIONS[1], automation: { instances: [web[2]?.id] } },
    ]);
  });

  it('starts what is stopped; ids that are nowhere are told', async () => {
    const node = world.node({ tags: { Role: 'night' }, state: 'stopped' });
    const input = automation('AWS-StartEC2Instance', { nodesParameter: 'InstanceId' });
    const nowhere = 'i-0000000000000dead';
    const ended = await run('start', {
      ...input,
      targets: { ...input.targets, instanceIds: [node.id, nowhere] },
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
    expect(world.aws.fleet.find(node.id)?.state).toBe('running');
    expect(world.rows('start')).toMatchObject([{ outcome: 'succeeded' }]);
    expect(world.report('start').notFound).toEqual([nowhere]);
  });

  it('gives 50 nodes an execution, a start and three looks a second', async () => {
    const tags = { Role: 'many' };
    const behaviour = () => ({ stdout: '' });
    const ids = Array.from({ length: 160 }, () => world.node({ tags, behaviour }).id);
    const before = world.aws.ledger.total('ssm:StartAutomationExecution');
    const input = automation('AWS-StopEC2Instance', { nodesParameter: 'InstanceId' });
    const ended = await run('many', {
      ...input,
      targets: { ...input.targets, tags: { Role: ['many'] } },
    });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { matched: 4 } });
    const rows = world.rows('many').toSorted((a, b) => (a.node < b.node ? -1 : 1));
    expect(rows.map((r) => [r.node, r.automation?.instances?.length])).toEqual([
      ['automation', 50],
      ['automation-2', 50],
      ['automation-3', 50],
      ['automation-4', 10],
    ]);
    expect(ids.map((id) => world.aws.fleet.find(id)?.state)).toEqual(ids.map(() => 'stopped'));
    // None was refused for the rate and asked for again.
    expect(world.aws.ledger.total('ssm:StartAutomationExecution') - before).toBe(4);
    const starts = rows.map((r) => Date.parse(r.startedAt ?? '')).toSorted((a, b) => a - b);
    for (const [i, at] of starts.slice(1).entries())
      expect(at - (starts[i] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('asks services that are not here under the role’s permissions, and says that it is simulated', async () => {
    let status = 'available';
    world.aws.recorder.answer('rds:DescribeDBInstances', () => ({
      DBInstances: [{ DBInstanceStatus: status }],
    }));
    world.aws.recorder.answer('rds:StopDBInstance', () => {
      status = 'stopped';
      return {};
    });
    const targets = { accounts: [FIRST], regions: [REGIONS[0]] };
    const input = automation('AWS-StopRdsInstance', { parameters: { InstanceId: ['orders'] } });
    expect(await run('rds', { ...input, targets })).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.aws.recorder.calls.filter(({ api }) => api === 'StopDBInstance')).toMatchObject([
      {
        service: 'rds',
        account: FIRST,
        caller: expect.stringContaining(':assumed-role/fleetwide-automation/Automation-'),
        inputs: { DBInstanceIdentifier: 'orders' },
      },
    ]);
    const [row] = world.rows('rds');
    expect(row?.automation?.steps.map((s) => [s.name, s.status])).toEqual([
      ['AssertNotStop', 'Failed'],
      ['StopInstance', 'Success'],
      ['CheckStop', 'Success'],
    ]);
    expect(row?.stdout?.text).toContain('recorded by the embedded AWS, and nothing was done');
  });

  it('fails by the runbook’s own message, and counts shards against the budget of its waves', async () => {
    putRunbook(world, 'Denied', [
      {
        name: 'start',
        action: 'aws:executeAwsApi',
        inputs: { Service: 'rds', Api: 'StartDBInstance', DBInstanceIdentifier: 'orders' },
      },
    ]);
    const ended = await run('denied', { ...automation('Denied'), waves: ['1', '100%'] });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'ErrorBudgetSpent' });
    expect(countsOf('denied')).toEqual({ failed: 1, skipped: 3 });
    const failed = world.rows('denied').find((r) => r.outcome === 'failed');
    expect(failed?.reason).toMatchObject({
      code: 'Failed',
      message: expect.stringMatching(
        /^Step start failed maximum allowed times\. An error occurred \(AccessDeniedException\) when calling the StartDBInstance operation: .*rds:StartDBInstance/,
      ),
    });
    expect(failed?.automation?.steps).toMatchObject([{ name: 'start', status: 'Failed' }]);
  });

  it.each([
    ['Approval', 'aws:approve', { Approvers: ['arn:aws:iam::111122223333:user/jane'] }, 'Waiting'],
    ['Endless', 'aws:sleep', { Duration: 'PT5H' }, 'InProgress'],
  ])('is stopped when its time is up: %s', async (name, action, inputs, status) => {
    putRunbook(world, name, [{ name: 'wait', action, inputs }]);
    const ended = await run(name, { ...automation(name), timeouts: { executionSeconds: 60 } });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
    expect(countsOf(name)).toEqual({ timedOut: 4 });
    for (const row of world.rows(name))
      expect(row).toMatchObject({
        status: 'Cancelled',
        reason: {
          code: 'executionTimeout',
          message: `it was ${status} after executionSeconds, and was stopped`,
        },
      });
  });

  it('is refused by each shard for what the runbook does not take', async () => {
    await run('unknown', automation('Own', { parameters: { Nothing: ['x'] } }));
    expect(countsOf('unknown')).toEqual({ undeliverable: 4 });
    expect(world.rows('unknown')[0]?.reason).toMatchObject({
      code: 'InvalidAutomationExecutionParametersException',
      message: expect.stringContaining('Nothing'),
    });
  });

  it('is refused as a whole for a runbook that this installation does not start', async () => {
    const ended = await run('refused', automation('AWS-DeleteSnapshot'));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
    expect(ended.cause).toContain('action.runbook: needs runbook AWS-DeleteSnapshot');
    expect(ended.cause).toContain('Add it to \\"runbooks\\"');
  });

  describe('runs at most once', () => {
    const START = 'ssm:StartAutomationExecution';
    const named = ({ service, operation }: Call) => `${service}:${operation}`;
    const input = { ...automation('Own'), targets: { accounts: [FIRST], regions: [REGIONS[0]] } };
    const executions = () => world.aws.ledger.total('sts:GetCallerIdentity');
    const during = async (id: string, fault: typeof faults) => {
      const before = [executions(), world.aws.ledger.total(START)] as const;
      faults = fault;
      const ended = await run(id, input);
      faults = () => undefined;
      const [row] = world.rows(id);
      return {
        status: ended.status,
        outcome: row?.outcome,
        reason: row?.reason?.code,
        ran: executions() - before[0],
        starts: world.aws.ledger.total(START) - before[1],
      };
    };

    it('when the reply to its start is lost: the token makes the second the same start', async () => {
      let lost = 0;
      const seen = await during('lost-once', (call, phase) =>
        named(call) === START && phase === 'after' && lost++ === 0 ? RESET : undefined,
      );
      expect(seen).toMatchObject({ status: 'SUCCEEDED', ran: 1, starts: 2 });
    });

    it('when every reply is lost: it is found by who started it', async () => {
      const seen = await during('lost-always', (call, phase) =>
        named(call) === START && phase === 'after' ? RESET : undefined,
      );
      expect(seen).toMatchObject({ status: 'SUCCEEDED', ran: 1, starts: 2 });
    });

    it('when it was never started: unknown, and not started again', async () => {
      const seen = await during('never', (call, phase) =>
        named(call) === START && phase === 'before' ? RESET : undefined,
      );
      expect(seen).toMatchObject({ outcome: 'unknown', reason: 'lost', ran: 0 });
    });

    it('when Send dies after the start and is run again', async () => {
      // Calls 2 to 6 are the put of the notebook, which comes after the start, with the SDK's repeats.
      let puts = 0;
      const seen = await during('killed', (call, phase) => {
        const own =
          named(call) === 's3:PutObject' && call.caller.roleArn?.endsWith('/fleetwide-send');
        if (!own || phase !== 'before') return undefined;
        puts++;
        return puts >= 2 && puts <= 6
          ? { kind: 'error', name: 'InternalServerError', message: 'broken', status: 500 }
          : undefined;
      });
      expect(seen).toMatchObject({ status: 'SUCCEEDED', ran: 1, starts: 2 });
    });
  });

  it('is stopped by a recall, and told as what it is', async () => {
    putRunbook(world, 'Long', [
      { name: 'wait', action: 'aws:sleep', inputs: { Duration: 'PT5H' } },
    ]);
    const arn = await world.start('stopped', request(automation('Long')));
    const release = await new Promise<() => void>((resolve) => {
      world.aws.clock.after(60_000, () => resolve(world.aws.clock.hold()));
    });
    world.stopAtOnce(arn);
    release();
    expect((await world.recalled('stopped')).status).toBe('SUCCEEDED');
    expect(countsOf('stopped')).toEqual({ cancelled: 4 });
    expect(world.rows('stopped')[0]).toMatchObject({
      status: 'Cancelled',
      automation: { steps: [{ name: 'wait', status: 'Cancelled' }] },
    });
    expect(world.report('stopped').mayStillRun).toBe(0);
  });
});
