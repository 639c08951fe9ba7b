/** Nobody gets in: what must be refused, each tried through the real wire protocol. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DISPATCHER_PATH,
  dispatchRoleArn,
  exchangeBucketName,
  keys,
  NODE_ROLE,
  SPOKE_PATH,
} from '../../contract/names.ts';
import type { Node } from '../../local/fleet/index.ts';
import { assume, type Clients, clientsOf, type Keys, sessionOf } from './support/strangers.ts';
import { BUCKET, HUB, machineArn, makeWorld, SPOKES, type World } from './support/world.ts';

const [SPOKE, OTHER, LEFT] = SPOKES;
const OUTSIDE = '777788889999';
const EXCHANGE = exchangeBucketName(HUB, 'eu-west-1');
const ID = { ExternalId: 'an-external-id-for-tests' };
const anything = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const everything = { Version: '2012-10-17', Statement: [anything] };

let world: World;
let plain: World;
let node: Node;
let untagged: Node;
/** Who tries. */
let who: Record<
  | 'admin'
  | 'send'
  | 'poll'
  | 'gate'
  | 'namesake'
  | 'neighbour'
  | 'outsider'
  | 'leaver'
  | 'node'
  | 'foreignNode'
  | 'spokeAdmin',
  Keys
>;

beforeAll(async () => {
  // The last spoke's account has left the organisation, and so has nothing of it.
  const organizationOf = (account: string) =>
    account === OUTSIDE || account === LEFT ? undefined : 'o-a1b2c3d4e5';
  const tagged = (template: unknown): unknown => {
    const text = JSON.stringify(template);
    return JSON.parse(
      text.replace(
        /("Sid":"SendToNodes")/,
        '$1,"Condition":{"StringEquals":{"ssm:resourceTag/Fleetwide":["yes"]}}',
      ),
    );
  };
  world = await makeWorld({ organizationOf, mutate: tagged });
  plain = await makeWorld({ plain: true, spokes: [SPOKE] });
  node = world.node({ account: SPOKE, tags: { Fleetwide: 'yes' } });
  untagged = world.node({ account: SPOKE });
  const { iam, s3 } = world.aws;
  const make = (account: string, path: string, name: string) => {
    const { arn } = iam.putRole({
      account,
      name,
      path,
      trust: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: `arn:aws:iam::${account}:root` },
          },
        ],
      },
      inline: { all: everything },
    });
    return sessionOf(world.aws, arn);
  };
  const of = (account: string, path: string, name: string) =>
    sessionOf(world.aws, `arn:aws:iam::${account}:role${path}${name}`);
  who = {
    admin: iam.createUser(HUB, 'root-like', [everything]),
    send: of(HUB, DISPATCHER_PATH, 'fleetwide-send'),
    poll: of(HUB, DISPATCHER_PATH, 'fleetwide-poll'),
    gate: of(HUB, '/fleetwide/hub/', 'fleetwide-gate'),
    neighbour: make(HUB, '/', 'application'),
    namesake: make(OTHER, DISPATCHER_PATH, 'fleetwide-send'),
    outsider: make(OUTSIDE, DISPATCHER_PATH, 'fleetwide-send'),
    leaver: of(LEFT, SPOKE_PATH, NODE_ROLE),
    node: of(SPOKE, SPOKE_PATH, NODE_ROLE),
    foreignNode: of(OTHER, SPOKE_PATH, NODE_ROLE),
    spokeAdmin: iam.createUser(SPOKE, 'spoke-admin', [everything]),
  };
  s3.write(EXCHANGE, 'artifacts/abc/script.sh', 'true');
  s3.write(EXCHANGE, `output/${SPOKE}/d/out`, 'secret');
  s3.write(BUCKET, keys.request('d'), '{}');
});
afterAll(async () => {
  await world.close();
  await plain.close();
});

const as = (name: keyof typeof who): Clients => clientsOf(world.aws, who[name]);
const enter = (name: keyof typeof who, over: object = {}) =>
  assume(world.aws, who[name], {
    RoleArn: dispatchRoleArn('aws', SPOKE),
    ...ID,
    ...over,
  });
/** A session in the spoke, cut to one step as Fleetwide cuts it. */
const narrowed = async (...Action: string[]): Promise<Clients> =>
  clientsOf(
    world.aws,
    await enter('send', {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      }),
    }),
  );
const command = (InstanceIds: string[], DocumentName = 'AWS-RunShellScript') =>
  new SendCommandCommand({
    InstanceIds,
    DocumentName,
    Parameters: { commands: ['id'] },
  });
const object = (Bucket: string, Key: string) => new GetObjectCommand({ Bucket, Key });
const write = (Bucket: string, Key: string) => new PutObjectCommand({ Bucket, Key, Body: 'x' });
const COMMAND = '11111111-2222-4333-8444-555555555555';

/** Without a signature: S3 alone answers such a call. */
async function anonymously(method: string, path: string): Promise<void> {
  const answer = await fetch(`${world.aws.url}/${path}`, {
    method,
    ...(method === 'PUT' && { body: 'x' }),
  });
  if (!answer.ok) throw new Error(/<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1]);
}

const ATTEMPTS: readonly [what: string, attempt: () => Promise<unknown>][] = [
  // Into a spoke.
  ['the hub’s administrator enters a spoke', () => enter('admin')],
  ['another role of the hub enters a spoke', () => enter('neighbour')],
  ['a step that has nothing to do there enters a spoke', () => enter('gate')],
  ['the dispatcher enters without the ExternalId', () => enter('send', { ExternalId: undefined })],
  [
    'the dispatcher enters with a wrong ExternalId',
    () => enter('send', { ExternalId: 'an-external-id-for-testz' }),
  ],
  [
    'the dispatcher enters with the ExternalId in other case',
    () => enter('send', { ExternalId: ID.ExternalId.toUpperCase() }),
  ],
  ['a role of the same name and path in another spoke enters', () => enter('namesake')],
  ['a role of the same name outside of the organisation enters', () => enter('outsider')],
  ['the spoke’s own administrator takes the dispatch role', () => enter('spokeAdmin')],
  ['a node takes the dispatch role of its account', () => enter('node')],
  [
    'the dispatcher takes a node’s role',
    () =>
      enter('send', {
        RoleArn: `arn:aws:iam::${SPOKE}:role${SPOKE_PATH}${NODE_ROLE}`,
      }),
  ],
  [
    'the dispatcher takes a role that is not there',
    () => enter('send', { RoleArn: dispatchRoleArn('aws', OUTSIDE) }),
  ],
  [
    'the dispatcher brings session tags that nobody allowed',
    () => enter('send', { Tags: [{ Key: 'Team', Value: 'root' }] }),
  ],
  [
    'somebody without the right changes who asked',
    async () => {
      const first = await enter('send', { SourceIdentity: 'jane' });
      return assume(world.aws, first, {
        RoleArn: dispatchRoleArn('aws', OTHER),
        ...ID,
        SourceIdentity: 'root',
      });
    },
  ],
  [
    'a spoke’s session goes on to the next spoke',
    async () =>
      assume(world.aws, await enter('send'), {
        RoleArn: dispatchRoleArn('aws', OTHER),
        ...ID,
      }),
  ],
  // In a spoke.
  [
    'a session sends a document that is not allowed',
    async () =>
      clientsOf(world.aws, await enter('send')).ssm.send(
        command([node.id], 'AWS-ApplyAnsiblePlaybooks'),
      ),
  ],
  [
    'a session sends a document of the spoke’s own',
    async () =>
      clientsOf(world.aws, await enter('send')).ssm.send(
        command([node.id], `arn:aws:ssm:eu-west-1:${SPOKE}:document/AWS-RunShellScript`),
      ),
  ],
  [
    'a session sends to a node without the tag',
    async () => clientsOf(world.aws, await enter('send')).ssm.send(command([untagged.id])),
  ],
  [
    'one node without the tag among those that have it',
    async () => clientsOf(world.aws, await enter('send')).ssm.send(command([node.id, untagged.id])),
  ],
  [
    'a session of Poll sends',
    async () => (await narrowed('ssm:ListCommands')).ssm.send(command([node.id])),
  ],
  [
    'a session of Poll lists nodes',
    async () =>
      (await narrowed('ssm:ListCommands')).ssm.send(new DescribeInstanceInformationCommand({})),
  ],
  [
    'a session of Discover sends',
    async () => (await narrowed('ssm:DescribeInstanceInformation')).ssm.send(command([node.id])),
  ],
  [
    'a session of Discover reads commands',
    async () =>
      (await narrowed('ssm:DescribeInstanceInformation')).ssm.send(new ListCommandsCommand({})),
  ],
  [
    'a session of Send reads results',
    async () =>
      (await narrowed('ssm:SendCommand')).ssm.send(
        new ListCommandInvocationsCommand({ CommandId: COMMAND }),
      ),
  ],
  [
    'a session of Collect sends',
    async () => (await narrowed('ssm:ListCommandInvocations')).ssm.send(command([node.id])),
  ],
  [
    'a session of Collect reads the text of a node that it was not given',
    async () =>
      (await narrowed('ssm:ListCommandInvocations')).ssm.send(
        new GetCommandInvocationCommand({
          CommandId: COMMAND,
          InstanceId: node.id,
        }),
      ),
  ],
  [
    'a session policy tries to widen: cancel',
    async () => (await narrowed('*')).ssm.send(new CancelCommandCommand({ CommandId: COMMAND })),
  ],
  [
    'a session policy tries to widen: a node without the tag',
    async () => (await narrowed('*')).ssm.send(command([untagged.id])),
  ],
  [
    'a session policy tries to widen: S3 of the hub',
    async () => (await narrowed('*')).s3.send(object(BUCKET, keys.request('d'))),
  ],
  ['the dispatcher sends in the hub itself', () => as('send').ssm.send(command([node.id]))],
  ['a node sends to its neighbour', () => as('node').ssm.send(command([untagged.id]))],
  // The hub's state.
  [
    'the dispatcher reads a report',
    () => as('send').s3.send(object(BUCKET, keys.report('d', 'json'))),
  ],
  ['the dispatcher changes a request', () => as('send').s3.send(write(BUCKET, keys.request('d')))],
  [
    'Poll writes an intent',
    () => as('poll').s3.send(write(BUCKET, keys.intent('d', 1, SPOKE, 'eu-west-1', '1'))),
  ],
  ['Gate writes a report', () => as('gate').s3.send(write(BUCKET, keys.report('d', 'json')))],
  [
    'Send deletes an intent',
    () =>
      as('send').s3.send(
        new DeleteObjectCommand({
          Bucket: BUCKET,
          Key: keys.intent('d', 1, SPOKE, 'eu-west-1', '1'),
        }),
      ),
  ],
  [
    'Gate lists what belongs to no dispatch',
    () => as('gate').s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'other/' })),
  ],
  ['a node reads the hub’s results', () => as('node').s3.send(object(BUCKET, keys.request('d')))],
  [
    'a spoke’s administrator reads the hub’s results',
    () => as('spokeAdmin').s3.send(object(BUCKET, keys.request('d'))),
  ],
  [
    'a spoke’s administrator starts a dispatch',
    () =>
      as('spokeAdmin').sfn.send(
        new StartExecutionCommand({
          stateMachineArn: machineArn,
          name: 'mine',
          input: '{}',
        }),
      ),
  ],
  [
    'a step starts a dispatch',
    () =>
      as('send').sfn.send(
        new StartExecutionCommand({
          stateMachineArn: machineArn,
          name: 'mine',
          input: '{}',
        }),
      ),
  ],
  // The exchange bucket.
  [
    'a node writes an artifact',
    () => as('node').s3.send(write(EXCHANGE, 'artifacts/abc/script.sh')),
  ],
  [
    'a spoke’s administrator writes an artifact',
    () => as('spokeAdmin').s3.send(write(EXCHANGE, 'artifacts/abc/script.sh')),
  ],
  [
    'a node reads another account’s output',
    () => as('foreignNode').s3.send(object(EXCHANGE, `output/${SPOKE}/d/out`)),
  ],
  [
    'a node reads its own account’s output back',
    () => as('node').s3.send(object(EXCHANGE, `output/${SPOKE}/d/out`)),
  ],
  [
    'a node writes as another account',
    () => as('foreignNode').s3.send(write(EXCHANGE, `output/${SPOKE}/d/out`)),
  ],
  [
    'an administrator of another spoke writes as this one',
    () => as('namesake').s3.send(write(EXCHANGE, `output/${SPOKE}/d/out`)),
  ],
  [
    'a node deletes output',
    () =>
      as('node').s3.send(
        new DeleteObjectCommand({
          Bucket: EXCHANGE,
          Key: `output/${SPOKE}/d/out`,
        }),
      ),
  ],
  [
    'a node lists the exchange bucket',
    () => as('node').s3.send(new ListObjectsV2Command({ Bucket: EXCHANGE })),
  ],
  [
    'an account that left the organisation reads artifacts',
    () => as('leaver').s3.send(object(EXCHANGE, 'artifacts/abc/script.sh')),
  ],
  [
    'an account that left the organisation writes output',
    () => as('leaver').s3.send(write(EXCHANGE, `output/${LEFT}/d/out`)),
  ],
  [
    'an account that never was in it reads artifacts',
    () => as('outsider').s3.send(object(EXCHANGE, 'artifacts/abc/script.sh')),
  ],
  ['nobody reads a request', () => anonymously('GET', `${BUCKET}/${keys.request('d')}`)],
  ['nobody reads an artifact', () => anonymously('GET', `${EXCHANGE}/artifacts/abc/script.sh`)],
  ['nobody writes output', () => anonymously('PUT', `${EXCHANGE}/output/${SPOKE}/d/out`)],
  ['nobody lists a bucket', () => anonymously('GET', `${EXCHANGE}?list-type=2`)],
];

const REFUSED = /^(AccessDenied|AccessDeniedException)$/;
const refusal = async (attempt: () => Promise<unknown>): Promise<string> => {
  try {
    await attempt();
    return 'done';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return REFUSED.test(error.message) ? error.message : error.name;
  }
};

describe('refused is', () => {
  it.each(ATTEMPTS)('%s', async (_, attempt) => {
    expect(await refusal(attempt)).toMatch(REFUSED);
  });

  it('each of at least 40 attempts, none of them twice', () => {
    expect(new Set(ATTEMPTS.map(([what]) => what)).size).toBe(ATTEMPTS.length);
    expect(ATTEMPTS.length).toBeGreaterThanOrEqual(40);
  });

  it('a session after its expiry, one that was made up, and one whose token is another’s', async () => {
    const { iam, clock } = world.aws;
    const short = iam.startSession(dispatchRoleArn('aws', SPOKE), {
      name: 'short',
      seconds: 900,
    });
    const list = (given: Keys) => () =>
      clientsOf(world.aws, given).ssm.send(new ListCommandsCommand({}));
    expect(await refusal(list(short))).toBe('done');
    expect(await refusal(list({ ...short, sessionToken: 'x' }))).toMatch(
      /InvalidToken|UnrecognizedClient|InvalidClientTokenId/,
    );
    expect(await refusal(list({ ...short, secretAccessKey: 'x' }))).toMatch(/Signature/);
    await new Promise<void>((resolve) => void clock.after(901_000, resolve));
    expect(await refusal(list(short))).toMatch(/ExpiredToken/);
  });

  it('everything over plain HTTP, also to those who may', async () => {
    const agent = sessionOf(plain.aws, `arn:aws:iam::${SPOKE}:role${SPOKE_PATH}${NODE_ROLE}`);
    const admin = plain.aws.iam.createUser(HUB, 'root-like', [everything]);
    plain.aws.s3.write(EXCHANGE, 'artifacts/abc/script.sh', 'true');
    for (const given of [agent, admin]) {
      const read = () =>
        clientsOf(plain.aws, given).s3.send(object(EXCHANGE, 'artifacts/abc/script.sh'));
      expect(await refusal(read)).toBe('AccessDenied');
    }
  });
});

describe('what is meant to work does, by the same means', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['the dispatcher enters a spoke', () => enter('send')],
    [
      'a session sends to a node with the tag',
      async () => clientsOf(world.aws, await enter('send')).ssm.send(command([node.id])),
    ],
    [
      'a node reads an artifact',
      () => as('node').s3.send(object(EXCHANGE, 'artifacts/abc/script.sh')),
    ],
    [
      'a node writes its account’s output',
      () => as('node').s3.send(write(EXCHANGE, `output/${SPOKE}/d/more`)),
    ],
    [
      'another account’s node writes its own',
      () => as('foreignNode').s3.send(write(EXCHANGE, `output/${OTHER}/d/out`)),
    ],
    ['Poll keeps its progress', () => as('poll').s3.send(write(BUCKET, keys.progress('d', 1, 1)))],
  ])('%s', async (_, attempt) => {
    expect(await refusal(attempt)).toBe('done');
  });
});
