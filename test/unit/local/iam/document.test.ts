import { describe, expect, test } from '@jest/globals';
import { checkPolicy, parsePolicy, type PolicyKind } from '../../../../local/iam/document.ts';

const identity = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const trust = { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' };

describe('checkPolicy names the fault', () => {
  test.each<[PolicyKind, unknown, string]>([
    ['identity', { Version: '2012-10-17' }, 'Statement'],
    ['identity', { Version: '2011-01-01', Statement: [identity] }, 'Version'],
    ['identity', { Statement: [{ ...identity, Effect: 'allow' }] }, 'Effect'],
    ['identity', { Statement: [{ ...identity, Actions: 'x' }] }, 'Actions'],
    ['identity', { Statement: [{ ...identity, NotAction: 'x:y' }] }, 'Action and NotAction'],
    ['identity', { Statement: [{ Effect: 'Allow', Action: 'x:y' }] }, 'Resource'],
    ['identity', { Statement: [{ ...identity, Principal: '*' }] }, 'principal'],
    [
      'identity',
      { Statement: [{ ...identity, Condition: { Equals: { 's3:prefix': 'x' } } }] },
      'Equals',
    ],
    [
      'identity',
      { Statement: [{ ...identity, Condition: { Bool: { 'aws:Secure': 'x' } } }] },
      'aws:Secure',
    ],
    ['resource', { Statement: [identity] }, 'Principal'],
    ['resource', { Statement: [trust] }, 'Resource'],
    ['trust', { Statement: [{ ...trust, Resource: '*' }] }, 'Resource'],
    ['trust', { Statement: [{ ...trust, Principal: { Aws: '1' } }] }, 'Aws'],
  ])('%s %j', (kind, document, fault) => {
    expect(() => checkPolicy(document, kind)).toThrow(fault);
    expect(() => checkPolicy(document, kind)).toThrow(
      expect.objectContaining({ name: 'MalformedPolicyDocument', status: 400 }),
    );
  });
});

test('booleans and numbers become text, single elements lists', () => {
  const Condition = { Bool: { 'aws:SecureTransport': false }, NumericEquals: { 's3:max-keys': 5 } };
  expect(checkPolicy({ Statement: { ...identity, Condition } }, 'identity')).toEqual({
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject'],
        Resource: ['*'],
        Condition: {
          Bool: { 'aws:SecureTransport': ['false'] },
          NumericEquals: { 's3:max-keys': ['5'] },
        },
      },
    ],
  });
});

test('text that is no JSON', () =>
  expect(() => parsePolicy('{"Statement": [', 'identity')).toThrow('invalid Json'));
