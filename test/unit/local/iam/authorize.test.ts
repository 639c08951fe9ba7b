import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import type { Call, Caller, ServiceId } from '../../../../local/core/operation.ts';
import type { Statement } from '../../../../local/core/policy.ts';
import { createAuthorize } from '../../../../local/iam/authorize.ts';
import { allow, HUB, policy } from '../wire/world.ts';

const authorize = createAuthorize({
  clock: new VirtualClock(Date.UTC(2026, 0, 1)),
  organizationOf: (account) => (account === HUB ? 'o-fleet' : undefined),
});

const callBy = (caller: Partial<Caller>, service: ServiceId = 'ssm'): Call => ({
  service,
  operation: 'SendCommand',
  region: 'eu-west-1',
  secure: true,
  requestId: 'r',
  caller: {
    account: HUB,
    arn: `arn:aws:sts::${HUB}:assumed-role/Send/run`,
    userId: 'AROASEND:run',
    accessKeyId: 'ASIA',
    kind: 'session',
    roleArn: `arn:aws:iam::${HUB}:role/fleetwide/Send`,
    identityPolicies: [],
    ...caller,
  },
});

describe('a refusal has the name, status and text of its service', () => {
  test.each<[ServiceId, string, number]>([
    ['ssm', 'AccessDeniedException', 400],
    ['states', 'AccessDeniedException', 400],
    ['lambda', 'AccessDeniedException', 403],
    ['s3', 'AccessDenied', 403],
    ['sts', 'AccessDenied', 403],
    ['ec2', 'UnauthorizedOperation', 403],
  ])('%s', (service, name, status) => {
    const ask = () => authorize(callBy({}, service), { action: 'x:Do', resource: 'arn:x' });
    expect(ask).toThrow(expect.objectContaining({ name, status }));
    expect(ask).toThrow(
      `User: arn:aws:sts::${HUB}:assumed-role/Send/run is not authorized to perform: x:Do on resource: arn:x because no identity-based policy allows the x:Do action`,
    );
  });
});

describe('the owner of a resource', () => {
  const everything = { identityPolicies: [policy(allow('*', '*'))] };
  const ask = (resource: string) => () =>
    authorize(callBy(everything, 'states'), { action: 'states:StartExecution', resource });

  test('is the account in its ARN: what is in another needs that account’s consent', () => {
    expect(ask(`arn:aws:states:eu-west-1:${HUB}:stateMachine:own`)).not.toThrow();
    expect(ask('arn:aws:states:eu-west-1:999999999999:stateMachine:other')).toThrow(
      'not authorized to perform: states:StartExecution',
    );
    expect(ask('arn:aws:ssm:eu-west-1::document/AWS-RunShellScript')).not.toThrow();
  });
});

describe('global condition keys', () => {
  const caller: Partial<Caller> = {
    sourceIdentity: 'alice',
    sessionTags: { team: 'ops' },
  };
  const ask = (Condition: NonNullable<Statement['Condition']>) => () =>
    authorize(
      callBy({ ...caller, identityPolicies: [policy({ ...allow('x:Do', '*'), Condition })] }),
      { action: 'x:Do', resource: '*', context: { 'ssm:resourceTag/Role': ['web'] } },
    );

  test.each([
    ['aws:PrincipalArn', `arn:aws:iam::${HUB}:role/fleetwide/Send`],
    ['aws:PrincipalAccount', HUB],
    ['aws:PrincipalOrgID', 'o-fleet'],
    ['aws:ResourceAccount', HUB],
    ['aws:ResourceOrgID', 'o-fleet'],
    ['aws:PrincipalType', 'AssumedRole'],
    ['aws:PrincipalTag/team', 'ops'],
    ['aws:SourceIdentity', 'alice'],
    ['aws:SecureTransport', 'true'],
    ['aws:ViaAWSService', 'false'],
    ['aws:RequestedRegion', 'eu-west-1'],
    ['aws:userid', 'AROASEND:run'],
    ['aws:CurrentTime', '2026-01-01T00:00:00.000Z'],
    ['aws:EpochTime', '1767225600'],
    ['ssm:resourceTag/Role', 'web'],
  ])('%s is %s', (key, value) => {
    expect(ask({ StringEquals: { [key]: value } })).not.toThrow();
    expect(ask({ StringEquals: { [key]: `${value}!` } })).toThrow('not authorized');
  });

  test('a session has no user name', () =>
    expect(ask({ Null: { 'aws:username': 'true' } })).not.toThrow());
});

test('who asks to be told hears which statements allow what is asked', () => {
  const told: unknown[] = [];
  const listening = createAuthorize({
    clock: new VirtualClock(Date.UTC(2026, 0, 1)),
    organizationOf: () => undefined,
    asked: ({ action, resource, allowedBy }) =>
      told.push([action, resource, allowedBy.map((by) => `${by.roleArn} ${by.statement.Sid}`)]),
  });
  const read: Statement = { ...allow('s3:GetObject', 'arn:aws:s3:::b/*'), Sid: 'Read' };
  const all: Statement = { ...allow('s3:*', '*'), Sid: 'All' };
  const deny: Statement = { ...read, Effect: 'Deny', Sid: 'Deny' };
  const caller = { identityPolicies: [policy(read, deny), policy(all)] };
  const ask = (action: string) =>
    listening(callBy(caller, 's3'), { action, resource: 'arn:aws:s3:::b/k' });
  expect(() => ask('s3:GetObject')).toThrow('explicit deny');
  ask('s3:PutObject');
  const role = `arn:aws:iam::${HUB}:role/fleetwide/Send`;
  expect(told).toEqual([
    ['s3:GetObject', 'arn:aws:s3:::b/k', [`${role} Read`, `${role} All`]],
    ['s3:PutObject', 'arn:aws:s3:::b/k', [`${role} All`]],
  ]);
});
