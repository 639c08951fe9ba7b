import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import { AwsError } from '../../../../local/core/operation.ts';
import type { NodeSpec } from '../../../../local/fleet/index.ts';
import { createEc2 } from '../../../../local/services/ec2/index.ts';
import { ACCOUNT, REGION, testFleet } from '../fleet/support.ts';
import { call } from '../ssm/support.ts';

function world() {
  const clock = new VirtualClock(1000);
  const fleet = testFleet(clock);
  const actions: string[] = [];
  const ec2 = createEc2({
    clock,
    fleet,
    authorize: (_call, { action, resource }) => {
      actions.push(`${action} ${resource}`);
    },
  });
  const add = (spec: Partial<NodeSpec> = {}) =>
    fleet.addNode({ account: ACCOUNT, region: REGION, ...spec });
  const { DescribeInstances } = ec2.operations;
  const list = async (input: object) => {
    const { Reservations = [], NextToken } = await DescribeInstances(call(), input);
    const ids = Reservations.flatMap(({ Instances = [] }) => Instances.map((i) => i.InstanceId));
    return { ids, NextToken };
  };
  return { add, list, actions, DescribeInstances };
}

describe('DescribeInstances', () => {
  it('shows EC2 instances, managed or not, of the caller’s account and Region', async () => {
    const { add, DescribeInstances, list, actions } = world();
    const managed = add({ tags: { Name: 'web' }, ipAddress: '10.0.0.1' });
    const plain = add({ managed: false, state: 'stopped', platformType: 'Windows' });
    add({ id: `mi-${'a'.repeat(17)}` });
    add({ region: 'us-east-1' });
    const { Reservations } = await DescribeInstances(call(), {});
    expect(Reservations?.map(({ Instances }) => Instances)).toEqual([
      [
        expect.objectContaining({
          InstanceId: managed.id,
          State: { Code: 16, Name: 'running' },
          Tags: [{ Key: 'Name', Value: 'web' }],
          PrivateIpAddress: '10.0.0.1',
          LaunchTime: new Date(1000),
        }),
      ],
      [
        expect.objectContaining({
          InstanceId: plain.id,
          State: { Code: 80, Name: 'stopped' },
          Platform: 'Windows',
        }),
      ],
    ]);
    expect((await list({ InstanceIds: [plain.id] })).ids).toEqual([plain.id]);
    expect(actions[0]).toBe('ec2:DescribeInstances *');
  });

  it.each<[string, string[], string]>([
    ['tag:Role', ['web'], 'a'],
    ['tag:Role', ['w*', 'd?'], 'abc'],
    ['tag:Role', [String.raw`w\*`], 'c'],
    ['tag:Role', ['web.'], ''],
    ['tag-key', ['Env'], 'b'],
    ['instance-state-name', ['stopped', 'stopping'], 'b'],
    ['instance-id', ['i-*a'], 'a'],
  ])('filters by %s like %j', async (Name, Values, expected) => {
    const { add, list } = world();
    const id = (letter: string) => `i-${'0'.repeat(16)}${letter}`;
    add({ id: id('a'), tags: { Role: 'web' } });
    add({ id: id('b'), tags: { Role: 'db', Env: 'prod' }, state: 'stopped' });
    add({ id: id('c'), tags: { Role: 'w*' } });
    const { ids } = await list({ Filters: [{ Name, Values }] });
    expect(ids).toEqual([...expected].map(id));
  });

  it('pages', async () => {
    const { add, list } = world();
    const nodes = Array.from({ length: 12 }, () => add().id);
    const first = await list({ MaxResults: 5 });
    const second = await list({ MaxResults: 5, NextToken: first.NextToken });
    const third = await list({ MaxResults: 5, NextToken: second.NextToken });
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(nodes);
    expect(third.NextToken).toBeUndefined();
    expect((await list({})).ids).toEqual(nodes);
  });

  const NOWHERE = `i-${'0'.repeat(17)}`;
  it.each<[object, string, string]>([
    [{ Filters: [{ Name: 'vpc-id', Values: ['v'] }] }, 'InvalidParameterValue', 'vpc-id'],
    [{ InstanceIds: [NOWHERE] }, 'InvalidInstanceID.NotFound', NOWHERE],
    [{ InstanceIds: ['web'] }, 'InvalidInstanceID.Malformed', 'web'],
    [{ MaxResults: 4 }, 'InvalidParameterValue', 'maxResults'],
    [{ MaxResults: 5, InstanceIds: [NOWHERE] }, 'InvalidParameterCombination', 'maxResults'],
    [{ IncludeManagedResources: true }, 'InvalidParameterCombination', 'IncludeManagedResources'],
    [{ DryRun: true }, 'DryRunOperation', 'DryRun'],
    [{ NextToken: 'made up' }, 'InvalidParameterValue', 'token'],
  ])('refuses %j', async (input, name, text) => {
    const sent = world().list(input);
    await expect(sent).rejects.toThrow(AwsError);
    await expect(sent).rejects.toMatchObject({ name });
    await expect(sent).rejects.toThrow(text);
  });
});
