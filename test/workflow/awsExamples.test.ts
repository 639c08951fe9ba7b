/** The examples of Automation as they stand: what counts is what became of instances, log groups and buckets. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseRequest } from '../../contract/request.ts';
import type { Row } from '../../contract/stored.ts';
import { deployStack } from '../../local/deploy/index.ts';
import type { Node } from '../../local/fleet/index.ts';
import type { Answer } from '../../local/services/recorded/recorder.ts';
import { makeWorld, REGIONS, SPOKES, type World } from './support/world.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples/aws');
const read = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(EXAMPLES, ...path), 'utf-8'));
const [FIRST, SECOND] = SPOKES;
const [HOME] = REGIONS;

interface Example {
  /** What services that are not here answer. */
  readonly answers?: Readonly<Record<string, Answer>>;
  /** The call that does it, and its inputs as far as they matter. */
  readonly asked?: readonly [api: string, inputs: object];
  /** What is in the outputs. */
  readonly told?: string;
  readonly before?: (world: World) => void;
  readonly look?: (world: World, rows: readonly Row[]) => void;
}

let nodes: Record<string, Node> = {};
const stateOf = (world: World, name: string) => world.aws.fleet.find(nodes[name]?.id ?? '')?.state;
const add = (world: World, name: string, tags: Record<string, string>, more: object = {}) => {
  nodes = { ...nodes, [name]: world.node({ tags, ...more }) };
};

let rds = 'available';
const database: Answer = () => ({ DBInstances: [{ DBInstanceStatus: rds }] });

const TABLE: Readonly<Record<string, Example>> = {
  'query-athena': {
    answers: {
      'athena:StartQueryExecution': () => ({ QueryExecutionId: 'q-1' }),
      'athena:GetQueryExecution': () => ({ QueryExecution: { Status: { State: 'SUCCEEDED' } } }),
      'athena:GetQueryResults': () => ({
        ResultSet: {
          Rows: [{ Data: [{ VarCharValue: 'n' }] }, { Data: [{ VarCharValue: '42' }] }],
        },
      }),
    },
    asked: [
      'StartQueryExecution',
      { QueryString: 'SELECT count(*) FROM access_logs', WorkGroup: 'primary' },
    ],
    told: '"42"',
  },
  'query-logs': {
    answers: {
      'logs:StartQuery': () => ({ queryId: 'q-2' }),
      'logs:GetQueryResults': () => ({
        status: 'Complete',
        results: [[{ field: '@message', value: 'ERROR 1' }]],
      }),
    },
    asked: ['StartQuery', { logGroupName: '/app/web', startTime: 1_767_222_000 }],
    told: 'ERROR 1',
  },
  'saved-logs-query': {
    answers: {
      'logs:DescribeQueryDefinitions': () => ({ queryDefinitions: [{ queryString: 'stats *' }] }),
    },
    asked: ['StartQuery', { queryString: 'stats *' }],
    told: 'stats *',
  },
  'create-log-stream': {
    before(world) {
      const arn = `arn:aws:logs:${HOME}:${FIRST}:log-group:/app/audit`;
      void world.aws.target.putLogGroup({ account: FIRST, region: HOME, name: '/app/audit', arn });
    },
    look(world) {
      expect(world.aws.ledger.total('logs:CreateLogStream')).toBe(1);
    },
  },
  'start-ec2': {
    before: (world) =>
      add(world, 'asleep', { Schedule: 'office-hours' }, { state: 'stopped', managed: false }),
    look: (world) => expect(stateOf(world, 'asleep')).toBe('running'),
  },
  'restart-ec2': {
    before(world) {
      add(world, 'web-1', { Role: 'web' });
      add(world, 'web-2', { Role: 'web' }, { account: SECOND });
    },
    look(world, rows) {
      expect(new Set(rows.map((r) => r.wave))).toEqual(new Set([1, 2]));
      expect(stateOf(world, 'web-1')).toBe('running');
      expect(world.aws.ledger.total('ec2:StopInstances')).toBe(2);
    },
  },
  'terminate-ec2': {
    before: (world) => add(world, 'over', { Lifetime: 'over' }),
    look: (world) => expect(stateOf(world, 'over')).toBe('terminated'),
  },
  'ec2-from-snapshot': {
    answers: {
      'ec2:RegisterImage': () => ({ ImageId: 'ami-1' }),
      'ec2:RunInstances': () => ({ Instances: [{ InstanceId: 'i-new' }] }),
    },
    asked: ['RunInstances', { ImageId: 'ami-1', InstanceType: 't3.micro' }],
    told: 'i-new',
  },
  'update-asg': {
    asked: [
      'UpdateAutoScalingGroup',
      { AutoScalingGroupName: 'web', MinSize: 2, MaxSize: 8, DesiredCapacity: 4 },
    ],
  },
  'stopped-tasks': {
    answers: {
      'ecs:ListTasks': () => ({ taskArns: ['arn:task/1'] }),
      'ecs:DescribeTasks': () => ({ tasks: [{ stoppedReason: 'OutOfMemoryError' }] }),
    },
    asked: ['DescribeTasks', { tasks: ['arn:task/1'] }],
    told: 'OutOfMemoryError',
  },
  'stop-task': { asked: ['StopTask', { cluster: 'production', reason: 'stopped by Fleetwide' }] },
  'unhealthy-targets': {
    answers: {
      'elbv2:DescribeTargetHealth': () => ({
        TargetHealthDescriptions: [{ Target: { Id: 'i-1' }, TargetHealth: { State: 'unhealthy' } }],
      }),
    },
    asked: ['DescribeTargetHealth', {}],
    told: 'unhealthy',
  },
  'invoke-lambda': {
    answers: { 'lambda:Invoke': () => ({ StatusCode: 200, Payload: '{"rotated":3}' }) },
    asked: ['Invoke', { FunctionName: 'rotate-keys', Payload: '{"dry": true}' }],
    told: 'rotated',
  },
  'rds-status': {
    answers: { 'rds:DescribeDBInstances': database },
    asked: ['DescribeDBInstances', { DBInstanceIdentifier: 'orders' }],
    told: 'available',
  },
  'stop-rds': {
    answers: {
      'rds:DescribeDBInstances': database,
      'rds:StopDBInstance': () => {
        rds = 'stopped';
        return {};
      },
    },
    asked: ['StopDBInstance', { DBInstanceIdentifier: 'orders' }],
    look: () => expect(rds).toBe('stopped'),
  },
  'list-s3': {
    before(world) {
      void world.aws.target.putBucket({
        account: FIRST,
        region: HOME,
        name: 'app-222233334444',
        encryption: { algorithm: 'AES256' },
        blockPublicAccess: true,
      });
      for (const key of ['releases/1', 'releases/2', 'other'])
        world.aws.s3.write('app-222233334444', key, 'x');
    },
    told: 'releases/2',
  },
  'create-bucket': { asked: ['CreateBucket', { Bucket: `logs-${FIRST}-${HOME}` }] },
  'delete-bucket': { asked: ['DeleteBucket', { Bucket: `logs-${FIRST}-${HOME}` }] },
  'flow-logs': {
    answers: { 'ec2:CreateFlowLogs': () => ({ FlowLogIds: ['fl-1'] }) },
    asked: ['CreateFlowLogs', { ResourceIds: ['vpc-0123456789abcdef0'], ResourceType: 'VPC' }],
    told: 'fl-1',
  },
  'vpc-peering': {
    answers: {
      'ec2:CreateVpcPeeringConnection': () => ({
        VpcPeeringConnection: { VpcPeeringConnectionId: 'pcx-1' },
      }),
    },
    asked: ['CreateVpcPeeringConnection', { PeerOwnerId: '333344445555' }],
    told: 'pcx-1',
  },
};

describe('examples of Automation', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
    const template = read('role.json');
    for (const account of [FIRST, SECOND])
      await deployStack(
        { stackName: 'AutomationRole', account, region: HOME, template },
        world.aws.target,
      );
  });
  afterAll(() => world.close());

  it('are all run', () => {
    const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((e) => e.isDirectory());
    expect(folders.map(({ name }) => name).toSorted()).toEqual(Object.keys(TABLE).toSorted());
  });

  it.each(Object.entries(TABLE))('%s', async (name, { answers, asked, told, before, look }) => {
    const input = read(name, 'request.json');
    const { action } = parseRequest(input);
    if (action.type === 'automation' && existsSync(join(EXAMPLES, name, 'runbook.json')))
      world.aws.runbooks.put({
        account: FIRST,
        region: HOME,
        name: action.runbook,
        content: read(name, 'runbook.json'),
      });
    for (const [api, answer] of Object.entries(answers ?? {}))
      world.aws.recorder.answer(api, answer);
    before?.(world);
    const first = world.aws.recorder.calls.length;
    const ended = await world.dispatch(name, input);
    const rows = world.rows(name);
    expect([ended.status, rows.map((row) => row.reason?.message)]).toEqual([
      'SUCCEEDED',
      rows.map(() => undefined),
    ]);
    const [api, inputs] = asked ?? [];
    const calls = world.aws.recorder.calls.slice(first).filter((call) => call.api === api);
    expect(calls.slice(0, 1)).toMatchObject(
      asked
        ? [
            {
              account: FIRST,
              region: HOME,
              inputs,
            },
          ]
        : [],
    );
    const strangers = calls.filter(
      ({ caller }) => !caller.includes(':assumed-role/fleetwide-automation/'),
    );
    expect(asked ? strangers : []).toEqual([]);
    const recorded = 'recorded by the embedded AWS';
    expect(rows[0]?.stdout?.text ?? '').toContain(asked ? recorded : '');
    expect(rows[0]?.stdout?.text ?? '').toContain(told ?? '');
    look?.(world, rows);
  });
});
