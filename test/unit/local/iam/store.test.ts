import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import type { PolicyDocument } from '../../../../local/core/policy.ts';
import { IamStore } from '../../../../local/iam/store.ts';
import { allow, HUB, policy, SPOKE } from '../wire/world.ts';

const trustFor = (Principal: Readonly<Record<string, string>>): PolicyDocument =>
  policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
const LAMBDA = trustFor({ Service: 'lambda.amazonaws.com' });
const service = 'lambda.amazonaws.com';

function open() {
  let ids = 0;
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const iam = new IamStore({ clock, newId: () => `id-${++ids}` });
  const role = iam.putRole({ account: HUB, name: 'Poll', path: '/fleetwide/', trust: LAMBDA });
  return { iam, clock, role };
}

describe('roles', () => {
  test('have an ARN with their path, and ids as AWS makes them', () => {
    const { role } = open();
    expect(role.arn).toBe(`arn:aws:iam::${HUB}:role/fleetwide/Poll`);
    expect(role.id).toMatch(/^AROA[A-Z2-7]{17}$/);
  });

  test('keep their id when changed, and get another when created again', () => {
    const { iam, role } = open();
    const again = { account: HUB, name: 'Poll', path: '/fleetwide/', trust: LAMBDA };
    expect(iam.putRole(again).id).toBe(role.id);
    iam.deleteRole(role.arn);
    expect(iam.putRole(again).id).not.toBe(role.id);
  });

  test.each([
    ['name', { name: 'a b' }],
    ['path', { path: 'fleetwide' }],
    ['maxSessionDuration', { maxSessionSeconds: 50_000 }],
  ])('are refused for their %s', (_, wrong) => {
    const { iam } = open();
    expect(() => iam.putRole({ account: HUB, name: 'X', trust: LAMBDA, ...wrong })).toThrow(
      expect.objectContaining({ name: 'ValidationError' }),
    );
  });

  test('are limited in the size and number of their policies', () => {
    const { iam, role } = open();
    const long = (n: number) => policy(allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(n)}`));
    iam.putInlinePolicy(role.arn, 'a', long(6_000));
    expect(() => iam.putInlinePolicy(role.arn, 'b', long(6_000))).toThrow('10240');
    expect([...(iam.role(role.arn)?.inline.keys() ?? [])]).toEqual(['a']);
    expect(() => iam.putManagedPolicy({ account: HUB, name: 'M', document: long(7_000) })).toThrow(
      '6144',
    );
    for (let i = 0; i < 20; i++)
      iam.attachPolicy(
        role.arn,
        iam.putManagedPolicy({ account: HUB, name: `M${i}`, document: long(1) }),
      );
    const last = iam.putManagedPolicy({ account: HUB, name: 'M20', document: long(1) });
    expect(() => iam.attachPolicy(role.arn, last)).toThrow('PoliciesPerRole: 20');
  });
});

describe('a role named as principal', () => {
  test('must exist', () => {
    const { iam } = open();
    const trust = trustFor({ AWS: `arn:aws:iam::${HUB}:role/Nobody` });
    expect(() => iam.putRole({ account: SPOKE, name: 'Dispatch', trust })).toThrow(
      'Invalid principal',
    );
  });

  test('is saved by its unique id', () => {
    const { iam, role } = open();
    const spoke = iam.putRole({
      account: SPOKE,
      name: 'Dispatch',
      trust: trustFor({ AWS: role.arn }),
    });
    expect(spoke.trust.Statement).toEqual([
      expect.objectContaining({ Principal: { AWS: [role.id] } }),
    ]);
  });
});

describe('sessions', () => {
  test('of a service that the role trusts', () => {
    const { iam, role, clock } = open();
    const session = iam.sessionForService(role.arn, service, 'fn');
    expect(session).toMatchObject({
      arn: `arn:aws:sts::${HUB}:assumed-role/Poll/fn`,
      assumedRoleId: `${role.id}:fn`,
      expiresAt: clock.now() + 3_600_000,
    });
    expect(iam.callerOf(session)).toMatchObject({
      kind: 'session',
      roleArn: role.arn,
      account: HUB,
    });
    expect(() => iam.sessionForService(role.arn, 'ec2.amazonaws.com', 'i-1')).toThrow(
      `ec2.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
    );
  });

  test('of a service that must prove its source', () => {
    const { iam } = open();
    const role = iam.putRole({
      account: HUB,
      name: 'Machine',
      trust: policy({
        Effect: 'Allow',
        Principal: { Service: 'states.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': HUB } },
      }),
    });
    const assume = (account: string) =>
      iam.sessionForService(role.arn, 'states.amazonaws.com', 'x', {
        context: { 'aws:SourceAccount': account },
      });
    expect(() => assume(SPOKE)).toThrow('not authorized to perform: sts:AssumeRole');
    expect(assume(HUB).arn).toContain('Machine/x');
  });

  test('may do what the role may do now', () => {
    const { iam, role } = open();
    const session = iam.sessionForService(role.arn, service, 'fn');
    expect(iam.callerOf(session).identityPolicies).toEqual([]);
    iam.putInlinePolicy(role.arn, 'p', policy(allow('s3:GetObject', '*')));
    iam.attachPolicy(role.arn, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
    expect(iam.callerOf(session).identityPolicies).toHaveLength(2);
    iam.deleteInlinePolicy(role.arn, 'p');
    expect(iam.callerOf(session).identityPolicies).toHaveLength(1);
  });

  test('end with their time, their role, and without their token', async () => {
    const { iam, role, clock } = open();
    const { accessKeyId, sessionToken } = iam.sessionForService(role.arn, service, 'fn', {
      seconds: 900,
    });
    expect(iam.callerFor(accessKeyId, undefined)).toBe('badToken');
    await new Promise<void>((resolve) => clock.after(899_999, resolve));
    expect(iam.callerFor(accessKeyId, sessionToken)).toMatchObject({ caller: { kind: 'session' } });
    await new Promise<void>((resolve) => clock.after(1, resolve));
    expect(iam.callerFor(accessKeyId, sessionToken)).toBe('expired');
    iam.deleteRole(role.arn);
    iam.putRole({ account: HUB, name: 'Poll', path: '/fleetwide/', trust: LAMBDA });
    expect(iam.callerFor(accessKeyId, sessionToken)).toBe('unknown');
    expect(() => iam.callerOf({ accessKeyId, sessionToken })).toThrow(
      expect.objectContaining({ name: 'InvalidClientTokenId' }),
    );
  });
});

test('policies that are attached or not there', () => {
  const { iam, role } = open();
  expect(() => iam.attachPolicy(role.arn, 'arn:aws:iam::aws:policy/AdministratorAccess')).toThrow(
    'AdministratorAccess',
  );
  iam.attachPolicy(role.arn, 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore');
  const arn = iam.putManagedPolicy({
    account: HUB,
    name: 'M',
    document: policy(allow('a:b', '*')),
  });
  iam.attachPolicy(role.arn, arn);
  expect(() => iam.deleteManagedPolicy(arn)).toThrow('attached');
  iam.detachPolicy(role.arn, arn);
  iam.deleteManagedPolicy(arn);
  expect(() => iam.deleteManagedPolicy(arn)).toThrow('cannot be found');
});

test('instance profiles and users', () => {
  const { iam, role } = open();
  const arn = iam.putInstanceProfile({
    account: HUB,
    name: 'Node',
    path: '/f/',
    roleArn: role.arn,
  });
  expect(iam.instanceProfile(arn)).toEqual({ arn, name: 'Node', roleArn: role.arn });
  iam.deleteInstanceProfile(arn);
  expect(iam.instanceProfile(arn)).toBeUndefined();
  const user = iam.createUser(HUB, 'ann', []);
  expect(user.accessKeyId).toMatch(/^AKIA/);
  expect(iam.callerFor(user.accessKeyId, undefined)).toMatchObject({ caller: { arn: user.arn } });
  expect(iam.callerFor(user.accessKeyId, 'token')).toBe('badToken');
  expect(() => iam.createUser(HUB, 'ann', [])).toThrow('already exists');
});
