import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument, Statement } from '../../../../local/core/policy.ts';
import { contextOf } from '../../../../local/iam/context.ts';
import { evaluate } from '../../../../local/iam/evaluate.ts';
import type { Subject } from '../../../../local/iam/principals.ts';

const HUB = '111111111111';
const SPOKE = '222222222222';
const SESSION: Subject = {
  kind: 'session',
  account: HUB,
  arn: `arn:aws:sts::${HUB}:assumed-role/Poll/run-1`,
  userId: 'AROAPOLL:run-1',
  roleArn: `arn:aws:iam::${HUB}:role/fleetwide/Poll`,
};
const KEY = 'arn:aws:s3:::results/a/b.json';

const doc = (...Statement: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});
const READ: Statement = {
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::results/*',
};

interface Case {
  readonly identity?: readonly Statement[];
  readonly session?: readonly Statement[];
  readonly resource?: readonly Statement[];
  readonly subject?: Subject;
  readonly owner?: string;
  readonly action?: string;
  readonly target?: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly trust?: boolean;
}

const ask = (given: Case) =>
  evaluate({
    subject: given.subject ?? SESSION,
    action: given.action ?? 's3:GetObject',
    resource: given.target ?? KEY,
    resourceAccount: given.owner ?? HUB,
    context: contextOf(given.context ?? {}),
    identityPolicies: given.identity ? [doc(...given.identity)] : [],
    ...(given.session && { sessionPolicy: doc(...given.session) }),
    ...(given.resource && { resourcePolicy: doc(...given.resource) }),
    trust: given.trust ?? false,
  });

const NO_IDENTITY = 'because no identity-based policy allows the s3:GetObject action';
const NO_RESOURCE = 'because no resource-based policy allows the s3:GetObject action';
const NO_SESSION = 'because no session policy allows the s3:GetObject action';

const to = (AWS: string | readonly string[], more: Partial<Statement> = {}): Statement => ({
  ...READ,
  Principal: { AWS },
  ...more,
});

describe('which policies must allow', () => {
  const ROLE = `arn:aws:iam::${HUB}:role/fleetwide/Poll`;
  test.each<[string, Case, string | undefined]>([
    ['nothing', {}, NO_IDENTITY],
    ['identity', { identity: [READ] }, undefined],
    [
      'identity for another action',
      { identity: [{ ...READ, Action: 's3:PutObject' }] },
      NO_IDENTITY,
    ],
    [
      'identity for another key',
      { identity: [{ ...READ, Resource: 'arn:aws:s3:::results/c/*' }] },
      NO_IDENTITY,
    ],
    [
      'identity narrowed by the session',
      { identity: [READ], session: [{ ...READ, Resource: KEY }] },
      undefined,
    ],
    [
      'identity, session silent',
      { identity: [READ], session: [{ ...READ, Action: 's3:PutObject' }] },
      NO_SESSION,
    ],
    ['session alone', { session: [READ] }, NO_IDENTITY],
    ['own account, resource names the role', { resource: [to(ROLE)] }, undefined],
    ['own account, resource names the unique id', { resource: [to('AROAPOLL')] }, undefined],
    [
      'own account, resource names the role, session silent',
      { resource: [to(ROLE)], session: [{ ...READ, Action: 's3:Put*' }] },
      NO_SESSION,
    ],
    [
      'own account, resource names the session',
      { resource: [to(SESSION.arn)], session: [{ ...READ, Action: 's3:Put*' }] },
      undefined,
    ],
    ['own account, resource only delegates', { resource: [to(HUB)] }, NO_IDENTITY],
    ['other account, identity alone', { identity: [READ], owner: SPOKE }, NO_RESOURCE],
    ['other account, resource alone', { resource: [to(ROLE)], owner: SPOKE }, NO_IDENTITY],
    [
      'other account, both',
      { identity: [READ], resource: [to(`arn:aws:iam::${HUB}:root`)], owner: SPOKE },
      undefined,
    ],
    [
      'other account, resource names another',
      { identity: [READ], resource: [to(SPOKE)], owner: SPOKE },
      NO_RESOURCE,
    ],
    [
      'other account, resource for anyone',
      { identity: [READ], resource: [{ ...READ, Principal: '*' }], owner: SPOKE },
      undefined,
    ],
    ['trust policy silent in the own account', { identity: [READ], trust: true }, NO_RESOURCE],
    [
      'trust policy delegates, identity allows',
      { identity: [READ], trust: true, resource: [to(HUB)] },
      undefined,
    ],
    ['trust policy delegates, identity silent', { trust: true, resource: [to(HUB)] }, NO_IDENTITY],
  ])('%s', (_, given, expected) => expect(ask(given)).toBe(expected));
});

describe('an explicit deny wins', () => {
  const deny = (more: Partial<Statement> = {}): Statement => ({ ...READ, Effect: 'Deny', ...more });
  test.each<[string, Case, string | undefined]>([
    ['identity', { identity: [READ, deny()] }, 'with an explicit deny in an identity-based policy'],
    [
      'session',
      { identity: [READ], session: [READ, deny()] },
      'with an explicit deny in a session policy',
    ],
    [
      'resource',
      { identity: [READ], resource: [deny({ Principal: '*' })] },
      'with an explicit deny in a resource-based policy',
    ],
    [
      'not for whom NotPrincipal exempts',
      { identity: [READ], resource: [deny({ NotPrincipal: { AWS: HUB } })] },
      undefined,
    ],
    [
      'for whom NotPrincipal does not exempt',
      { identity: [READ], resource: [deny({ NotPrincipal: { AWS: SPOKE } })] },
      'with an explicit deny in a resource-based policy',
    ],
  ])('%s', (_, given, expected) => expect(ask(given)).toBe(expected));
});

describe('principals that are no account', () => {
  const anonymous: Subject = { kind: 'anonymous', arn: 'anonymous' };
  const ec2: Subject = { kind: 'service', service: 'ec2.amazonaws.com' };
  test.each<[string, Case, string | undefined]>([
    [
      'anonymous and anyone',
      { subject: anonymous, resource: [{ ...READ, Principal: '*' }] },
      undefined,
    ],
    ['anonymous and an account', { subject: anonymous, resource: [to(HUB)] }, NO_RESOURCE],
    [
      'service named',
      {
        subject: ec2,
        trust: true,
        resource: [{ ...READ, Principal: { Service: 'ec2.amazonaws.com' } }],
      },
      undefined,
    ],
    [
      'another service',
      {
        subject: ec2,
        trust: true,
        resource: [{ ...READ, Principal: { Service: ['lambda.amazonaws.com'] } }],
      },
      NO_RESOURCE,
    ],
    [
      'service and anyone',
      { subject: ec2, trust: true, resource: [{ ...READ, Principal: '*' }] },
      NO_RESOURCE,
    ],
  ])('%s', (_, given, expected) => expect(ask(given)).toBe(expected));

  test('a principal of unknown type is an error', () => {
    const given = { resource: [{ ...READ, Principal: { CanonicalUser: 'abc' } }] };
    expect(() => ask(given)).toThrow('CanonicalUser');
  });
});

describe('actions and resources', () => {
  test.each<[string, Partial<Statement>, boolean]>([
    ['case of an action does not matter', { Action: 'S3:getobject' }, true],
    ['wildcard in an action', { Action: ['s3:Get*'] }, true],
    ['? is one character', { Action: 's3:GetObjec?' }, true],
    ['? is not two', { Action: 's3:GetObje?' }, false],
    ['case of a resource matters', { Resource: 'arn:aws:s3:::RESULTS/*' }, false],
    ['a dot is a dot', { Resource: 'arn:aws:s3:::results/a/bxjson' }, false],
    ['variable', { Resource: 'arn:aws:s3:::results/${aws:PrincipalTag/folder}/*' }, true],
    ['variable without a value', { Resource: 'arn:aws:s3:::results/${aws:username}/*' }, false],
    ['variable with a default', { Resource: "arn:aws:s3:::results/${aws:username, 'a'}/*" }, true],
    [
      'a wildcard from a variable is text',
      { Resource: 'arn:aws:s3:::results/${aws:PrincipalTag/star}' },
      false,
    ],
    ['an escaped wildcard is text', { Resource: 'arn:aws:s3:::results/${*}' }, false],
  ])('%s', (_, statement, allowed) => {
    const context = { 'aws:PrincipalTag/folder': 'a', 'aws:PrincipalTag/star': '*' };
    expect(ask({ identity: [{ ...READ, ...statement }], context })).toBe(
      allowed ? undefined : NO_IDENTITY,
    );
  });

  test('NotAction and NotResource', () => {
    const { Action: _a, Resource: _r, ...bare } = READ;
    const others: Statement = {
      ...bare,
      NotAction: 's3:Put*',
      NotResource: 'arn:aws:s3:::other/*',
    };
    expect(ask({ identity: [others] })).toBeUndefined();
    expect(ask({ identity: [others], target: 'arn:aws:s3:::other/x' })).toBe(NO_IDENTITY);
    expect(ask({ identity: [others], action: 's3:PutObject' })).toContain('s3:PutObject');
  });

  test('documents without the 2012 version know no variables', () => {
    const statement = { ...READ, Resource: 'arn:aws:s3:::results/${aws:userid}' };
    const identityPolicies = [{ Statement: [statement] }];
    const question = {
      subject: SESSION,
      action: 's3:GetObject',
      resourceAccount: HUB,
      trust: false,
      identityPolicies,
    };
    const context = contextOf({ 'aws:userid': 'x' });
    expect(evaluate({ ...question, context, resource: 'arn:aws:s3:::results/x' })).toBe(
      NO_IDENTITY,
    );
    expect(evaluate({ ...question, context, resource: statement.Resource })).toBeUndefined();
  });
});

describe('conditions', () => {
  const context = {
    'aws:PrincipalOrgID': 'o-fleet',
    'aws:PrincipalArn': `arn:aws:iam::${HUB}:role/fleetwide/Poll`,
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '10.1.2.3',
    'aws:CurrentTime': '2026-11-21T09:00:00Z',
    'aws:PrincipalTag/account': HUB,
    'aws:TagKeys': ['a', 'b'],
    's3:max-keys': '10',
    's3:prefix': `output/${HUB}/x`,
  };
  const holds = (Condition: NonNullable<Statement['Condition']>) =>
    ask({ identity: [{ ...READ, Condition }], context }) === undefined;

  test.each<[boolean, string, string, string | readonly string[]]>([
    [true, 'StringEquals', 'aws:PrincipalOrgID', 'o-fleet'],
    [true, 'StringEquals', 'AWS:principalorgid', ['x', 'o-fleet']],
    [false, 'StringEquals', 'aws:PrincipalOrgID', 'O-FLEET'],
    [true, 'StringEqualsIgnoreCase', 'aws:PrincipalOrgID', 'O-FLEET'],
    [false, 'StringNotEqualsIgnoreCase', 'aws:PrincipalOrgID', 'O-FLEET'],
    [false, 'StringEquals', 'aws:username', 'x'],
    [true, 'StringEqualsIfExists', 'aws:username', 'x'],
    [true, 'StringNotEquals', 'aws:username', 'x'],
    [false, 'StringNotEquals', 'aws:PrincipalOrgID', ['x', 'o-fleet']],
    [true, 'StringLike', 's3:prefix', 'output/*'],
    [true, 'StringLike', 's3:prefix', 'output/${aws:PrincipalTag/account}/*'],
    [false, 'StringNotLike', 's3:prefix', 'output/*'],
    [true, 'ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/fleetwide/*'],
    [true, 'ArnEquals', 'aws:PrincipalArn', 'arn:*:iam::111111111111:role/*/Poll'],
    [false, 'ArnLike', 'aws:PrincipalArn', 'arn:aws:iam*role/fleetwide/Poll'],
    [false, 'ArnLike', 'aws:PrincipalArn', 'arn:aws:*:*:*:role/fleetwide/Send'],
    [true, 'ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/other/*'],
    [true, 'Bool', 'aws:SecureTransport', 'true'],
    [false, 'Bool', 'aws:SecureTransport', 'false'],
    [false, 'Bool', 'aws:MultiFactorAuthPresent', 'true'],
    [true, 'BoolIfExists', 'aws:MultiFactorAuthPresent', 'true'],
    [true, 'Null', 'aws:username', 'true'],
    [false, 'Null', 'aws:username', 'false'],
    [true, 'Null', 'aws:PrincipalOrgID', 'false'],
    [true, 'IpAddress', 'aws:SourceIp', ['192.168.0.0/16', '10.0.0.0/8']],
    [false, 'NotIpAddress', 'aws:SourceIp', '10.1.2.3'],
    [true, 'NumericLessThanEquals', 's3:max-keys', '10'],
    [false, 'NumericLessThan', 's3:max-keys', '10'],
    [true, 'NumericGreaterThan', 's3:max-keys', '9'],
    [false, 'NumericNotEquals', 's3:max-keys', '10.0'],
    [true, 'DateGreaterThan', 'aws:CurrentTime', '2026-11-21T08:59:59Z'],
    [false, 'DateLessThan', 'aws:CurrentTime', '1700000000'],
    [true, 'ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b', 'c']],
    [false, 'ForAllValues:StringEquals', 'aws:TagKeys', ['a']],
    [true, 'ForAllValues:StringEquals', 'aws:username', 'x'],
    [true, 'ForAnyValue:StringEquals', 'aws:TagKeys', ['b']],
    [false, 'ForAnyValue:StringEquals', 'aws:TagKeys', ['c']],
    [false, 'ForAnyValue:StringEquals', 'aws:username', 'x'],
    [true, 'ForAnyValue:StringNotEquals', 'aws:TagKeys', ['a']],
    [false, 'ForAllValues:StringNotEquals', 'aws:TagKeys', ['a']],
  ])('%s: %s %s %j', (expected, operator, key, value) =>
    expect(holds({ [operator]: { [key]: value } })).toBe(expected),
  );

  test('all operators and all keys must hold', () => {
    const right = { 'aws:PrincipalOrgID': 'o-fleet', 's3:max-keys': '10' };
    expect(holds({ StringEquals: right })).toBe(true);
    expect(holds({ StringEquals: { ...right, 's3:max-keys': '11' } })).toBe(false);
    expect(holds({ StringEquals: right, Bool: { 'aws:SecureTransport': 'false' } })).toBe(false);
  });

  test.each(['StringEqual', 'ForSomeValue:StringEquals', 'NullIfExists', 'toString'])(
    'the unknown operator %s is an error',
    (operator) => expect(() => holds({ [operator]: { 'aws:username': 'x' } })).toThrow(operator),
  );

  test('a misspelt global key is an error', () =>
    expect(() => holds({ StringEquals: { 'aws:PrincipalOrgId2': 'x' } })).toThrow(
      'aws:PrincipalOrgId2',
    ));
});
