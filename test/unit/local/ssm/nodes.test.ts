import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, call, many, START, world } from './support.ts';

describe('DescribeInstanceInformation', () => {
  it('pages through the managed, running nodes of the caller’s account and Region', async () => {
    const { add, operations } = world();
    const nodes = many(23, () => add());
    add({ region: 'us-east-1' });
    add({ account: '999999999999' });
    add({ managed: false });
    add({ state: 'stopped' });
    const sizes: number[] = [];
    const ids: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await operations.DescribeInstanceInformation(
        call(),
        NextToken === undefined ? {} : { NextToken },
      );
      sizes.push(page.InstanceInformationList?.length ?? 0);
      ids.push(...(page.InstanceInformationList ?? []).map(({ InstanceId }) => InstanceId));
      ({ NextToken } = page);
    } while (NextToken);
    expect(sizes).toEqual([10, 10, 3]);
    expect(ids).toEqual(nodes.map(({ id }) => id));
  });

  it('describes EC2 and hybrid nodes', async () => {
    const { add, operations, fleet, wait } = world();
    const node = add({ ipAddress: '10.0.0.7' });
    const id = `mi-${'a'.repeat(17)}`;
    add({ id, roleArn: `arn:aws:iam::${ACCOUNT}:role/service-role/Hybrid`, activationId: 'act-1' });
    await wait(700_000);
    fleet.update(id, { pingStatus: 'ConnectionLost' });
    await wait(700_000);
    const { InstanceInformationList } = await operations.DescribeInstanceInformation(call(), {});
    expect(InstanceInformationList).toEqual([
      expect.objectContaining({
        InstanceId: node.id,
        PingStatus: 'Online',
        LastPingDateTime: new Date(START + 1_200_000),
        ResourceType: 'EC2Instance',
        IPAddress: '10.0.0.7',
        PlatformType: 'Linux',
        SourceType: 'AWS::EC2::Instance',
      }),
      expect.objectContaining({
        InstanceId: id,
        PingStatus: 'ConnectionLost',
        LastPingDateTime: new Date(START + 700_000),
        ResourceType: 'ManagedInstance',
        IamRole: 'Hybrid',
        ActivationId: 'act-1',
      }),
    ]);
  });

  const fixture = () => {
    const here = world();
    here.add({ computerName: 'a', tags: { Role: 'web', Env: 'prod' } });
    here.add({ computerName: 'b', tags: { Role: 'db' }, platformType: 'Windows' });
    here.add({ computerName: 'c', id: `mi-${'c'.repeat(17)}`, pingStatus: 'ConnectionLost' });
    return here;
  };

  it.each<[string, { Key: string; Values: string[] }[], string]>([
    ['tag', [{ Key: 'tag:Role', Values: ['web', 'db'] }], 'ab'],
    [
      'two tags',
      [
        { Key: 'tag:Role', Values: ['web'] },
        { Key: 'tag:Env', Values: ['prod'] },
      ],
      'a',
    ],
    ['tag key', [{ Key: 'tag-key', Values: ['Env'] }], 'a'],
    ['ping', [{ Key: 'PingStatus', Values: ['Online'] }], 'ab'],
    ['platform', [{ Key: 'PlatformTypes', Values: ['Linux'] }], 'ac'],
    ['type', [{ Key: 'ResourceType', Values: ['ManagedInstance'] }], 'c'],
    ['id', [{ Key: 'InstanceIds', Values: [`mi-${'c'.repeat(17)}`] }], 'c'],
    [
      'two filters',
      [
        { Key: 'PingStatus', Values: ['Online'] },
        { Key: 'PlatformTypes', Values: ['Windows'] },
      ],
      'b',
    ],
  ])('filters by %s', async (_, Filters, expected) => {
    const { operations } = fixture();
    const { InstanceInformationList } = await operations.DescribeInstanceInformation(call(), {
      Filters,
    });
    expect(InstanceInformationList?.map(({ ComputerName }) => ComputerName).join('')).toBe(
      expected,
    );
  });

  it('filters by the older list too', async () => {
    const { operations } = fixture();
    const { InstanceInformationList } = await operations.DescribeInstanceInformation(call(), {
      InstanceInformationFilterList: [{ key: 'PingStatus', valueSet: ['ConnectionLost'] }],
    });
    expect(InstanceInformationList).toHaveLength(1);
  });

  const online = { Key: 'PingStatus', Values: ['Online'] };
  it.each<[object, string, string]>([
    [{ MaxResults: 4 }, 'ValidationException', 'maxResults'],
    [
      { Filters: [{ Key: 'tag:Role', Values: ['web'] }, online] },
      'ValidationException',
      'Cannot mix tag or inventory filter with any other filter.',
    ],
    [
      { Filters: [online], InstanceInformationFilterList: [] },
      'ValidationException',
      'cannot both be given',
    ],
    [
      { Filters: [{ Key: 'ResourceType', Values: ['ManagedInstance', 'EC2Instance'] }] },
      'InvalidInstanceInformationFilterValue',
      'ResourceType filter may contain only one value.',
    ],
    [
      { Filters: [{ Key: 'PingStatus', Values: ['Fine'] }] },
      'InvalidInstanceInformationFilterValue',
      'Fine',
    ],
    [{ Filters: [{ Key: 'SourceIds', Values: ['x'] }] }, 'InvalidFilterKey', 'SourceIds'],
    [{ NextToken: 'made up' }, 'InvalidNextToken', 'token'],
  ])('refuses %j', async (input, name, text) => {
    const sent = world().operations.DescribeInstanceInformation(call(), input);
    await expect(sent).rejects.toMatchObject({ name });
    await expect(sent).rejects.toThrow(text);
  });
});

describe('documents', () => {
  it('are told as they are', async () => {
    const { operations } = world();
    const { Content = '' } = await operations.GetDocument(call(), { Name: 'AWS-RunShellScript' });
    expect(JSON.parse(Content)).toMatchObject({
      schemaVersion: '1.2',
      parameters: { commands: { type: 'StringList' }, executionTimeout: { default: '3600' } },
      runtimeConfig: { 'aws:runShellScript': {} },
    });
    const { Document } = await operations.DescribeDocument(call(), { Name: 'AWS-RunShellScript' });
    expect(Document).toMatchObject({ PlatformTypes: ['Linux', 'MacOS'], HashType: 'Sha256' });
    await expect(operations.GetDocument(call(), { Name: 'Other' })).rejects.toMatchObject({
      name: 'InvalidDocument',
    });
    await expect(
      operations.GetDocument(call(), { Name: 'AWS-RunShellScript', DocumentFormat: 'YAML' }),
    ).rejects.toThrow('YAML');
  });
});

describe('the call rate', () => {
  it('is bounded for each account and Region', async () => {
    const { operations, wait } = world(undefined, { callsPerSecond: 2 });
    const list = (account?: string) => operations.ListCommands(call(account), {});
    await list();
    await operations.GetDocument(call(), { Name: 'AWS-RunShellScript' });
    await expect(list()).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      status: 400,
    });
    await list('999999999999');
    await wait(500);
    await list();
    await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

describe('every operation', () => {
  it('asks for its own action', async () => {
    const { operations, questions, add } = world(() => true);
    const id = '0'.repeat(36);
    const node = add().id;
    const Name = 'AWS-RunShellScript';
    const calls: Record<keyof typeof operations, () => Promise<unknown>> = {
      SendCommand: () =>
        operations.SendCommand(call(), { DocumentName: Name, InstanceIds: [node] }),
      ListCommands: () => operations.ListCommands(call(), {}),
      ListCommandInvocations: () => operations.ListCommandInvocations(call(), {}),
      GetCommandInvocation: () =>
        operations.GetCommandInvocation(call(), { CommandId: id, InstanceId: node }),
      CancelCommand: () => operations.CancelCommand(call(), { CommandId: id }),
      DescribeInstanceInformation: () => operations.DescribeInstanceInformation(call(), {}),
      GetDocument: () => operations.GetDocument(call(), { Name }),
      DescribeDocument: () => operations.DescribeDocument(call(), { Name }),
      StartAutomationExecution: () =>
        operations.StartAutomationExecution(call(), { DocumentName: 'AWS-StopEC2Instance' }),
      GetAutomationExecution: () =>
        operations.GetAutomationExecution(call(), { AutomationExecutionId: id }),
      StopAutomationExecution: () =>
        operations.StopAutomationExecution(call(), { AutomationExecutionId: id }),
      DescribeAutomationExecutions: () => operations.DescribeAutomationExecutions(call(), {}),
      DescribeAutomationStepExecutions: () =>
        operations.DescribeAutomationStepExecutions(call(), { AutomationExecutionId: id }),
    };
    for (const [operation, run] of Object.entries(calls)) {
      await expect(run()).rejects.toMatchObject({ name: 'AccessDeniedException' });
      expect(questions.at(-1)?.action).toBe(`ssm:${operation}`);
    }
  });
});
