import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from '@jest/globals';
import { featureFlags } from '../../lib/configFile.ts';
import { ACCEPTED, findingsOf } from './referees.ts';

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
