import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import type { Statement } from '../../../../local/core/policy.ts';
import {
  allow,
  clientOf,
  errorOf,
  HUB,
  openWorld,
  policy,
  SPOKE,
  STRANGER,
} from '../wire/world.ts';

const ROLE = `arn:aws:iam::${SPOKE}:role/fleetwide/Dispatch`;
const ALL = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'];

/** The trust policy of DESIGN section 5: the hub's dispatcher roles, with the ExternalId, from inside. */
const trust = (...actions: readonly string[]): Statement => ({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${HUB}:root` },
  Action: actions,
  Condition: {
    StringEquals: { 'sts:ExternalId': 'fleet-x', 'aws:PrincipalOrgID': 'o-fleet' },
  },
});

const clock = new VirtualClock(Date.UTC(2031, 0, 1));
let world: Awaited<ReturnType<typeof openWorld>>;
let ann: STSClient;
beforeAll(async () => {
  world = await openWorld({ clock });
  world.iam.putRole({
    account: SPOKE,
    name: 'Dispatch',
    path: '/fleetwide/',
    trust: policy(trust(...ALL)),
  });
  ann = new STSClient(world.user(HUB, 'ann', allow('sts:*', '*')));
});
afterAll(() => world.endpoint.close());

const INPUT: AssumeRoleCommandInput = {
  RoleArn: ROLE,
  RoleSessionName: 'run-1',
  ExternalId: 'fleet-x',
};
const assume = (client: STSClient, more: Partial<AssumeRoleCommandInput> = {}) =>
  client.send(new AssumeRoleCommand({ ...INPUT, ...more }));

/** A client with the credentials of an assumed role. */
async function as(output: ReturnType<typeof assume>): Promise<STSClient> {
  const { Credentials } = await output;
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return new STSClient({
    ...clientOf(world.endpoint.url),
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
  });
}

test('a session, and who it is', async () => {
  const output = await assume(ann, { SourceIdentity: 'ann', DurationSeconds: 900 });
  const arn = `arn:aws:sts::${SPOKE}:assumed-role/Dispatch/run-1`;
  expect(output).toMatchObject({ AssumedRoleUser: { Arn: arn }, SourceIdentity: 'ann' });
  expect(output.Credentials?.Expiration).toEqual(new Date(clock.now() + 900_000));
  const identity = await (await as(Promise.resolve(output))).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({
    Account: SPOKE,
    Arn: arn,
    UserId: output.AssumedRoleUser?.AssumedRoleId,
  });
});

describe('refusals read like those of a role that does not exist', () => {
  const denied = (name: string, action: string, role = ROLE) => ({
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${HUB}:user/${name} is not authorized to perform: ${action} on resource: ${role}`,
  });

  test('wrong ExternalId, none, and no such role', async () => {
    expect(await errorOf(assume(ann, { ExternalId: 'fleet-y' }))).toMatchObject(
      denied('ann', 'sts:AssumeRole'),
    );
    const { ExternalId: _, ...none } = INPUT;
    expect(await errorOf(ann.send(new AssumeRoleCommand(none)))).toMatchObject(
      denied('ann', 'sts:AssumeRole'),
    );
    const RoleArn = `arn:aws:iam::${SPOKE}:role/Nobody`;
    expect(await errorOf(assume(ann, { RoleArn }))).toMatchObject(
      denied('ann', 'sts:AssumeRole', RoleArn),
    );
  });

  test('a caller without permission, and one from outside the organisation', async () => {
    const bob = new STSClient(
      world.user(HUB, 'bob', allow('sts:AssumeRole', `arn:aws:iam::${SPOKE}:role/other`)),
    );
    expect(await errorOf(assume(bob))).toMatchObject(denied('bob', 'sts:AssumeRole'));
    const stranger = new STSClient(world.user(STRANGER, 'eve', allow('sts:*', '*')));
    expect((await errorOf(assume(stranger))).name).toBe('AccessDenied');
  });

  test('SourceIdentity and tags are permissions of their own', async () => {
    const RoleArn = world.iam.putRole({
      account: SPOKE,
      name: 'Plain',
      trust: policy(trust('sts:AssumeRole')),
    }).arn;
    await assume(ann, { RoleArn });
    expect(await errorOf(assume(ann, { RoleArn, SourceIdentity: 'ann' }))).toMatchObject(
      denied('ann', 'sts:SetSourceIdentity', RoleArn),
    );
    expect(await errorOf(assume(ann, { RoleArn, Tags: [{ Key: 'a', Value: 'b' }] }))).toMatchObject(
      denied('ann', 'sts:TagSession', RoleArn),
    );
  });
});

describe('chaining', () => {
  test('keeps the SourceIdentity, is limited to an hour, and needs the permission again', async () => {
    const second = world.iam.putRole({
      account: SPOKE,
      name: 'Second',
      maxSessionSeconds: 43_200,
      trust: policy({
        Effect: 'Allow',
        Principal: { AWS: SPOKE },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      }),
    });
    world.iam.putInlinePolicy(
      ROLE,
      'chain',
      policy(allow(['sts:AssumeRole', 'sts:SetSourceIdentity'], second.arn)),
    );
    const first = await as(assume(ann, { SourceIdentity: 'ann' }));
    const next = { RoleArn: second.arn, RoleSessionName: 'run-1' };
    expect(await first.send(new AssumeRoleCommand(next))).toMatchObject({ SourceIdentity: 'ann' });
    const other = new AssumeRoleCommand({ ...next, SourceIdentity: 'bob' });
    expect((await errorOf(first.send(other))).message).toContain('sts:SetSourceIdentity');
    const long = new AssumeRoleCommand({ ...next, DurationSeconds: 3_601 });
    expect(await errorOf(first.send(long))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('1 hour session limit'),
    });
    world.iam.putInlinePolicy(ROLE, 'chain', policy(allow('sts:AssumeRole', second.arn)));
    expect((await errorOf(first.send(new AssumeRoleCommand(next)))).message).toContain(
      'sts:SetSourceIdentity',
    );
  });
});

test('a session policy narrows: the role may, the session may not', async () => {
  const inner = world.iam.putRole({
    account: SPOKE,
    name: 'Inner',
    trust: policy({ Effect: 'Allow', Principal: { AWS: SPOKE }, Action: 'sts:AssumeRole' }),
  });
  world.iam.putInlinePolicy(ROLE, 'inner', policy(allow('sts:AssumeRole', inner.arn)));
  const next = { RoleArn: inner.arn };
  const narrow = (action: string) =>
    assume(ann, { Policy: JSON.stringify(policy(allow(action, '*'))) });
  await assume(await as(narrow('sts:AssumeRole')), next);
  expect((await errorOf(assume(await as(narrow('ssm:*')), next))).name).toBe('AccessDenied');
  expect((await narrow('ssm:*')).PackedPolicySize).toBeGreaterThan(0);
});

test('credentials expire with the world’s time', async () => {
  const client = await as(assume(ann, { DurationSeconds: 900 }));
  await client.send(new GetCallerIdentityCommand({}));
  await new Promise<void>((resolve) => clock.after(900_000, resolve));
  expect((await errorOf(client.send(new GetCallerIdentityCommand({})))).name).toBe('ExpiredToken');
});

describe('what the SDK leaves to the service', () => {
  test.each<[string, Partial<AssumeRoleCommandInput>, string]>([
    ['RoleSessionName', { RoleSessionName: 'a' }, 'ValidationError'],
    ['RoleSessionName', { RoleSessionName: 'a:b' }, 'ValidationError'],
    ['RoleSessionName', { RoleSessionName: 'x'.repeat(65) }, 'ValidationError'],
    ['SourceIdentity', { SourceIdentity: 'aws:ann' }, 'ValidationError'],
    ['ExternalId', { ExternalId: 'a b' }, 'ValidationError'],
    ['RoleArn', { RoleArn: 'short' }, 'ValidationError'],
    ['DurationSeconds', { DurationSeconds: 899 }, 'ValidationError'],
    ['DurationSeconds', { DurationSeconds: 43_201 }, 'ValidationError'],
    ['MaxSessionDuration', { DurationSeconds: 3_601 }, 'ValidationError'],
    ['Policy', { Policy: 'x'.repeat(2_049) }, 'ValidationError'],
    ['invalid Json', { Policy: '{' }, 'MalformedPolicyDocument'],
    [
      'Effect',
      { Policy: '{"Statement":[{"Effect":"allow","Action":"a:b","Resource":"*"}]}' },
      'MalformedPolicyDocument',
    ],
    [
      'Tags',
      { Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })) },
      'ValidationError',
    ],
    [
      'Duplicate tag',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'A', Value: '' },
        ],
      },
      'InvalidParameterValue',
    ],
    [
      'PolicyArns',
      { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
      'ValidationError',
    ],
    ['TransitiveTagKeys', { TransitiveTagKeys: ['a'] }, 'ValidationError'],
  ])('%s %#', async (text, more, name) => {
    const error = await errorOf(assume(ann, more));
    expect(error.message).toContain(text);
    // The SDK adds "Exception" to the names it knows.
    expect(error.name.replace(/Exception$/, '')).toBe(name);
  });
});
