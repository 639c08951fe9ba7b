import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ListCommandsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AwsError,
  type Call,
  type Service,
  type ServiceId,
} from '../../../../local/core/operation.ts';
import { errorOf, HUB, openWorld } from './world.ts';

const WHEN = new Date('2026-11-21T09:00:00.250Z');
const seen: { call: Call; input: unknown }[] = [];

/** A service that notes what it is asked and answers what it is told. */
const stub = (id: ServiceId, outputs: Readonly<Record<string, unknown>>): Service => ({
  id,
  operations: Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [
      name,
      async (call: Call, input: unknown) => {
        seen.push({ call, input });
        if (output instanceof Error) throw output;
        return output;
      },
    ]),
  ),
});

const instances = {
  Reservations: [
    {
      ReservationId: 'r-1',
      Instances: [
        {
          InstanceId: 'i-1',
          LaunchTime: new Date('2026-11-21T09:00:00Z'),
          State: { Code: 16, Name: 'running' },
          Tags: [{ Key: 'a<b', Value: '&"\r\n' }],
        },
        { InstanceId: 'i-2', EbsOptimized: false },
      ],
    },
  ],
  NextToken: 'more',
};
const command = {
  CommandId: 'c',
  RequestedDateTime: WHEN,
  Parameters: { commands: ['a', 'b'] },
  TargetCount: 3,
};

let world: Awaited<ReturnType<typeof openWorld>>;
let config: ReturnType<typeof world.user>;
const last = () => seen.at(-1);

beforeAll(async () => {
  world = await openWorld({
    services: [
      stub('ssm', {
        SendCommand: { Command: command },
        ListCommands: new AwsError('InvalidCommandId', 'which?', 400),
      }),
      stub('states', { StartExecution: { executionArn: 'arn:x', startDate: WHEN } }),
      stub('organizations', { ListAccounts: { Accounts: [{ Id: HUB, JoinedTimestamp: WHEN }] } }),
      stub('events', { PutEvents: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] } }),
      stub('logs', {
        PutLogEvents: { nextSequenceToken: 's' },
        FilterLogEvents: { events: [{ message: 'm', timestamp: 5 }] },
      }),
      stub('ec2', { DescribeInstances: instances }),
    ],
  });
  config = world.user(HUB, 'ann');
});
afterAll(() => world.endpoint.close());

describe('round trips', () => {
  test('awsJson 1.1: ssm', async () => {
    const input = {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: ['i-1', 'i-2'],
      Parameters: { commands: ['echo "ü"'] },
      TimeoutSeconds: 600,
      CloudWatchOutputConfig: { CloudWatchOutputEnabled: true },
    };
    const output = await new SSMClient(config).send(new SendCommandCommand(input));
    expect(output.Command).toEqual(command);
    expect(last()).toMatchObject({
      input,
      call: { service: 'ssm', operation: 'SendCommand', region: 'eu-west-1', secure: true },
    });
    expect(last()?.call.caller.account).toBe(HUB);
    expect(output.$metadata.requestId).toBe(last()?.call.requestId);
  });

  test('awsJson 1.0: states', async () => {
    const input = { stateMachineArn: 'arn:m', name: 'run', input: '{"a":1}' };
    const output = await new SFNClient(config).send(new StartExecutionCommand(input));
    expect(output).toMatchObject({ executionArn: 'arn:x', startDate: WHEN });
    expect(last()?.input).toEqual(input);
  });

  test('awsJson 1.1: organizations, events, logs', async () => {
    const accounts = await new OrganizationsClient(config).send(
      new ListAccountsCommand({ MaxResults: 5 }),
    );
    expect(accounts.Accounts).toEqual([{ Id: HUB, JoinedTimestamp: WHEN }]);
    const Entries = [{ Source: 'fleetwide', DetailType: 't', Detail: '{}', Time: WHEN }];
    const events = await new EventBridgeClient(config).send(new PutEventsCommand({ Entries }));
    expect(events.Entries).toEqual([{ EventId: 'e' }]);
    expect(last()?.input).toEqual({ Entries });
    const logs = new CloudWatchLogsClient(config);
    const put = {
      logGroupName: 'g',
      logStreamName: 's',
      logEvents: [{ timestamp: 1, message: 'm' }],
    };
    await logs.send(new PutLogEventsCommand(put));
    expect(last()?.input).toEqual(put);
    const found = await logs.send(new FilterLogEventsCommand({ logGroupName: 'g', startTime: 0 }));
    expect(found.events).toEqual([{ message: 'm', timestamp: 5 }]);
  });

  test('ec2Query', async () => {
    const input = {
      InstanceIds: Array.from({ length: 11 }, (_, i) => `i-${i}`),
      Filters: [
        { Name: 'tag:Role', Values: ['web', 'db'] },
        { Name: 'x', Values: [] },
      ],
      MaxResults: 5,
      DryRun: false,
    };
    const output = await new EC2Client(config).send(new DescribeInstancesCommand(input));
    expect(output).toMatchObject(instances);
    expect(last()?.input).toEqual({ ...input, Filters: [input.Filters[0], { Name: 'x' }] });
  });

  test('query: sts', async () => {
    const output = await new STSClient(config).send(new GetCallerIdentityCommand({}));
    expect(output).toMatchObject({ Account: HUB, Arn: `arn:aws:iam::${HUB}:user/ann` });
  });
});

describe('refusals', () => {
  test('a service error keeps its name, text and status', async () => {
    const error = await errorOf(new SSMClient(config).send(new ListCommandsCommand({})));
    expect(error).toMatchObject({
      name: 'InvalidCommandId',
      message: 'which?',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('an operation that is not implemented is named', async () => {
    const error = await errorOf(new STSClient(config).send(new GetSessionTokenCommand({})));
    expect(error).toMatchObject({
      name: 'UnknownOperationException',
      message: 'The embedded AWS does not implement sts:GetSessionToken (local/SUPPORT.md)',
    });
  });

  /** Sends SendCommand with another body, signed all the same. */
  const sendRaw = (body: string) => {
    const client = new SSMClient(config);
    client.middlewareStack.add(
      (next) => (args) => {
        if (typeof args.request === 'object' && args.request !== null)
          Object.assign(args.request, { body });
        return next(args);
      },
      { step: 'serialize', priority: 'low' },
    );
    return errorOf(client.send(new SendCommandCommand({ DocumentName: 'd' })));
  };

  test.each([
    ['{"DocumentName":"d","Foo":1}', 'ValidationException', 'Foo of SendCommand'],
    [
      '{"DocumentName":"d","CloudWatchOutputConfig":{"Bar":1}}',
      'ValidationException',
      'CloudWatchOutputConfig.Bar',
    ],
    [
      '{"DocumentName":"d","Targets":[{"Key":"k","Valves":[]}]}',
      'ValidationException',
      'Targets[0].Valves',
    ],
    ['{"DocumentName":5}', 'SerializationException', 'DocumentName must be a string'],
    ['{"TimeoutSeconds":"5"}', 'SerializationException', 'TimeoutSeconds must be a number'],
    ['{"InstanceIds":"i-1"}', 'SerializationException', 'InstanceIds must be a list'],
    [
      '{"Parameters":{"commands":"x"}}',
      'SerializationException',
      'Parameters.commands must be a list',
    ],
    ['{"DocumentName":', 'SerializationException', 'JSON'],
    ['[]', 'SerializationException', 'an object'],
  ])('%s', async (body, name, text) => {
    const before = seen.length;
    const error = await sendRaw(body);
    expect(error).toMatchObject({ name });
    expect(error.message).toContain(text);
    expect(seen).toHaveLength(before);
  });

  const signed = (body: string) => {
    const client = new EC2Client(config);
    client.middlewareStack.add(
      (next) => (args) => {
        if (typeof args.request === 'object' && args.request !== null)
          Object.assign(args.request, { body });
        return next(args);
      },
      { step: 'serialize', priority: 'low' },
    );
    return errorOf(client.send(new DescribeInstancesCommand({})));
  };

  test.each([
    ['Foo=1', 'Foo of DescribeInstances'],
    ['Filter.1.Foo=1', 'Filter.1.Foo'],
    ['Filter.1.Value.x=1', 'Filter.1.Value.x'],
    ['MaxResults=x', 'MaxResults must be a number'],
  ])('ec2 %s', async (parameters, text) => {
    const error = await signed(`Action=DescribeInstances&Version=2016-11-15&${parameters}`);
    expect(error.message).toContain(text);
  });

  test('a service that is not there, and requests without a signature', async () => {
    const { url } = world.endpoint;
    const target = await fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSSM.SendCommand' },
      body: '{}',
    });
    expect([target.status, await target.json()]).toMatchObject([
      400,
      { __type: 'MissingAuthenticationTokenException' },
    ]);
    const query = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' }),
    });
    expect([query.status, await query.text()]).toMatchObject([
      403,
      expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    ]);
    const malformed = await fetch(url, { headers: { authorization: 'Basic x' } });
    expect([malformed.status, await malformed.text()]).toMatchObject([
      400,
      expect.stringContaining('AuthorizationHeaderMalformed'),
    ]);
    const other = await fetch(url, {
      headers: {
        'x-amz-date': '20261121T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=A/20261121/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      },
    });
    expect(await other.json()).toMatchObject({ message: expect.stringContaining('dynamodb') });
  });
});

test('the ledger counts calls by operation and account', async () => {
  world.ledger.reset();
  const sts = new STSClient(config);
  await sts.send(new GetCallerIdentityCommand({}));
  await sts.send(new GetCallerIdentityCommand({}));
  await errorOf(new SSMClient(config).send(new ListCommandsCommand({})));
  world.ledger.add('lambda', 'Invoke', '999999999999');
  expect(world.ledger.counts()).toEqual({
    'sts:GetCallerIdentity': { [HUB]: 2 },
    'ssm:ListCommands': { [HUB]: 1 },
    'lambda:Invoke': { '999999999999': 1 },
  });
  expect(world.ledger.total('sts:GetCallerIdentity')).toBe(2);
});
