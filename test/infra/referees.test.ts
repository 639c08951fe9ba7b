import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from '@jest/globals';
import { featureFlags } from '../../lib/configFile.ts';
import { findings } from './guardrails.ts';
import { ACCEPTED, CONFIG, findingsOf } from './referees.ts';
import { impossible } from './serviceReference.ts';
import { templatesOf } from './support.ts';

describe('cdk-nag', () => {
  const found = findingsOf();

  test('finds nothing that has no reason', () => {
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((finding) => !ACCEPTED.some(([known]) => known.test(finding)))).toEqual([]);
  });

  test('still finds all that a reason is given for', () => {
    const unused = ACCEPTED.filter(([known]) => !found.some((finding) => known.test(finding)));
    expect(unused).toEqual([]);
  });

  test('sees a bucket without TLS, and a role that may do everything', () => {
    const more = findingsOf((app) => {
      const stack = new Stack(app, 'Planted');
      const bucket = new s3.CfnBucket(stack, 'Bucket');
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() });
      role.addToPolicy(
        new iam.PolicyStatement({ actions: ['s3:*'], resources: [bucket.attrArn, '*'] }),
      );
    }).filter((finding) => finding.includes('Planted'));
    for (const rule of ['AwsSolutions-S10', 'AwsSolutions-IAM5[Action::s3:*]'])
      expect(more).toContainEqual(expect.stringContaining(rule));
  });
});

describe('the CDK’s validator', () => {
  const synthesise = (type: string, properties: object) => {
    const app = new App({ context: featureFlags(), analyticsReporting: false });
    const stack = new Stack(app, 'Planted');
    const it = new CfnResource(stack, 'It', { type, properties: { ...properties } });
    const exitCode = process.exitCode;
    try {
      app.synth();
      return `${it.node.id} passed`;
    } catch (error) {
      return String(error);
    } finally {
      process.exitCode = exitCode;
    }
  };

  test('passes what is right', () => {
    expect(synthesise('AWS::Logs::LogGroup', { RetentionInDays: 30 })).toBe('It passed');
  });

  test.each([
    ['a property that is misspelt', 'AWS::Logs::LogGroup', { RetentionInDay: 30 }],
    ['a type that does not exist', 'AWS::Logs::LogGruop', {}],
    ['a property that is missing', 'AWS::IAM::Role', { RoleName: 'planted' }],
  ])('refuses %s', (_, type, properties) => {
    expect(synthesise(type, properties)).toMatch(/ValidationFailed/);
  });
});

describe('the Service Authorization Reference', () => {
  const templates = templatesOf({ ...CONFIG, regions: ['eu-west-1', 'us-east-1'] });

  test.each(['hub', 'region', 'spoke', 'spokeRegion'] as const)(
    'knows every action, resource and condition key of %s',
    async (stack) => {
      expect(await impossible(templates[stack])).toEqual([]);
    },
  );

  const planted = (statement: object) => ({
    Resources: { R: { Type: 'T', P: [{ Sid: 'Planted', Effect: 'Allow', ...statement }] } },
  });
  const everywhere = { Resource: '*' };

  test.each([
    ['an action that does not exist', { Action: 'ssm:SendComand', ...everywhere }, 'no action'],
    ['a service that does not exist', { Action: 'smm:SendCommand', ...everywhere }, 'no action'],
    [
      'a resource type that an action does not take',
      { Action: 'ssm:SendCommand', Resource: 'arn:aws:ssm:*:*:parameter/x' },
      'takes none of the resources',
    ],
    [
      'a bucket where objects are meant',
      { Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket' },
      'takes none of the resources',
    ],
    [
      'a resource that none of the actions takes',
      {
        Action: 's3:GetObject',
        Resource: ['arn:aws:s3:::bucket/key', 'arn:aws:sqs:eu-west-1:1:queue'],
      },
      'none of s3:GetObject takes the resource arn:aws:sqs',
    ],
    [
      'everything, for an action that can be bound',
      { Action: 'ssm:SendCommand', ...everywhere },
      'takes none of the resources *',
    ],
    [
      'a condition key that does not exist',
      {
        Action: 'ssm:ListCommands',
        ...everywhere,
        Condition: { StringEquals: { 'ssm:Colour': 'red' } },
      },
      'no condition key',
    ],
  ])('would refuse %s', async (_, statement, message) => {
    expect(await impossible(planted(statement))).toEqual([expect.stringContaining(message)]);
  });
});

test('a wildcard principal in a trust policy, which none of the others sees, is seen by our own', () => {
  const trust = {
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } }],
  };
  const planted = { Resources: { Role: { Properties: { AssumeRolePolicyDocument: trust } } } };
  expect(findings(planted)).toEqual([expect.stringContaining('allows every principal')]);
});
