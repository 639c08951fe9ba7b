import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, call, many, REGION, world } from './support.ts';

const NOWHERE = `i-${'0'.repeat(17)}`;

describe('SendCommand refuses', () => {
  it.each<[string, object, string, string]>([
    ['51 ids', { InstanceIds: many(51, () => NOWHERE) }, 'ValidationException', 'instanceIds'],
    ['a malformed id', { InstanceIds: ['web-1'] }, 'ValidationException', 'web-1'],
    [
      'no target at all',
      { InstanceIds: [] },
      'ValidationException',
      'Either InstanceIds or Targets',
    ],
    ['a short timeout', { TimeoutSeconds: 29 }, 'ValidationException', 'timeoutSeconds'],
    ['a long timeout', { TimeoutSeconds: 2_592_001 }, 'ValidationException', '2592000'],
    ['a long comment', { Comment: 'x'.repeat(101) }, 'ValidationException', 'comment'],
    ['MaxConcurrency 0', { MaxConcurrency: '0' }, 'ValidationException', 'maxConcurrency'],
    ['MaxErrors 101%', { MaxErrors: '101%' }, 'ValidationException', 'maxErrors'],
    ['a bad bucket', { OutputS3BucketName: 'b' }, 'ValidationException', 'outputS3BucketName'],
    [
      'a bad log group',
      { CloudWatchOutputConfig: { CloudWatchLogGroupName: 'a b' } },
      'ValidationException',
      'cloudWatchLogGroupName',
    ],
    ['alarms', { AlarmConfiguration: {} }, 'ValidationException', 'AlarmConfiguration'],
    ['a service role', { ServiceRoleArn: 'arn' }, 'ValidationException', 'ServiceRoleArn'],
    ['an unknown document', { DocumentName: 'AWS-None' }, 'InvalidDocument', 'AWS-None'],
    ['an unknown version', { DocumentVersion: '7' }, 'InvalidDocumentVersion', '7'],
    ['a wrong hash', { DocumentHash: 'f'.repeat(64) }, 'InvalidDocument', 'ffff'],
    ['an unknown parameter', { Parameters: { command: ['x'] } }, 'InvalidParameters', "'command'"],
    ['no commands', { Parameters: {} }, 'InvalidParameters', "'commands'"],
    [
      'a timeout that the document does not allow',
      { Parameters: { commands: ['x'], executionTimeout: ['172801'] } },
      'InvalidParameters',
      'executionTimeout',
    ],
    [
      'a Parameter Store reference',
      { Parameters: { commands: ['echo {{ssm:name}}'] } },
      'InvalidParameters',
      '{{ssm:name}}',
    ],
    [
      'too large parameters',
      { Parameters: { commands: ['x'.repeat(65_000)] } },
      'MaxDocumentSizeExceeded',
      '65536',
    ],
    ['an id that does not exist', { InstanceIds: [NOWHERE] }, 'InvalidInstanceId', NOWHERE],
    [
      'six targets',
      { InstanceIds: [], Targets: many(6, () => ({ Key: 'tag:a', Values: ['b'] })) },
      'ValidationException',
      'targets',
    ],
    [
      'resource groups',
      { InstanceIds: [], Targets: [{ Key: 'resource-groups:Name', Values: ['g'] }] },
      'ValidationException',
      'resource-groups:Name',
    ],
    [
      'ids in Targets that do not exist',
      { InstanceIds: [], Targets: [{ Key: 'InstanceIds', Values: [NOWHERE] }] },
      'InvalidInstanceId',
      NOWHERE,
    ],
  ])('%s', async (_, input, name, text) => {
    const { add, send, operations, wait } = world();
    const sent = send([add()], input);
    await expect(sent).rejects.toMatchObject({ name });
    await expect(sent).rejects.toThrow(text);
    await wait(1000);
    expect((await operations.ListCommands(call(), {})).Commands).toEqual([]);
  });

  it('nodes that are not managed, stopped, of another account or given twice', async () => {
    const { add, send } = world();
    const wrong = [
      add({ managed: false }),
      add({ state: 'stopped' }),
      add({ account: '999999999999' }),
      add({ region: 'us-east-1' }),
    ];
    for (const node of wrong)
      await expect(send([add(), node])).rejects.toThrow(
        `Instances [[${node.id}]] not in a valid state for account ${ACCOUNT}`,
      );
    const node = add();
    await expect(send([node, node])).rejects.toMatchObject({ name: 'DuplicateInstanceId' });
  });
});

describe('SendCommand accepts', () => {
  it('the limits themselves, the ARN of a document and braces that are plain text', async () => {
    const { add, send } = world();
    const sent = send(
      many(50, () => add()),
      {
        Comment: 'x'.repeat(100),
        TimeoutSeconds: 30,
        DocumentName: `arn:aws:ssm:${REGION}::document/AWS-RunShellScript`,
        DocumentVersion: '$LATEST',
        Parameters: { commands: ["docker ps --format '{{.Names}}'"] },
      },
    );
    await expect(sent).resolves.toHaveLength(36);
  });

  it('the hash that DescribeDocument tells', async () => {
    const { add, send, operations } = world();
    const { Document } = await operations.DescribeDocument(call(), { Name: 'AWS-RunShellScript' });
    const hash = { DocumentHash: Document?.Hash, DocumentHashType: 'Sha256' };
    await expect(send([add()], hash)).resolves.toHaveLength(36);
  });
});

describe('SendCommand asks IAM', () => {
  it('for the document and for every node with its tags', async () => {
    const { add, send, questions } = world();
    const hybrid = `mi-${'a'.repeat(17)}`;
    const node = add({ tags: { Role: 'web' } });
    await send([node, add({ id: hybrid })]);
    const action = 'ssm:SendCommand';
    const tags = { 'ssm:resourceTag/Role': ['web'], 'aws:ResourceTag/Role': ['web'] };
    expect(questions).toEqual([
      {
        action,
        resource: `arn:aws:ssm:${REGION}::document/AWS-RunShellScript`,
        resourceAccount: ACCOUNT,
      },
      { action, resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${node.id}`, context: tags },
      {
        action,
        resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:managed-instance/${hybrid}`,
        context: {},
      },
    ]);
  });

  it('and sends to no node when one of those it names is denied', async () => {
    const { add, send, operations, wait } = world(({ resource }) => resource.endsWith('bad'));
    const nodes = [add(), add({ id: `i-${'0'.repeat(14)}bad` })];
    await expect(send(nodes)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await wait(1000);
    expect((await operations.ListCommands(call(), {})).Commands).toEqual([]);
  });
});
