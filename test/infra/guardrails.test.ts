import { describe, expect, test } from '@jest/globals';
import { findings } from './guardrails.ts';
import { resourcesOf, templatesOf } from './support.ts';

/** With everything that a configuration can ask for: more policies than these there are not. */
const templates = templatesOf({
  organizationId: 'o-a1b2c3d4e5',
  encryption: 'KMS',
  sources: ['our-releases/apps/'],
  runbooks: ['AWS-RestartEC2Instance', 'Own'],
  automationRole: 'fleetwide-automation',
  secrets: { parameters: ['/app/*'], secrets: ['app'], keys: [] },
  notifications: { emails: ['ops@example.com'] },
  endpoints: { vpcs: [{ name: 'main' }], logs: true, kms: true },
  onboarding: { organizationalUnits: [{ id: 'ou-ab12-11111111', endpoints: true }] },
});
const carried = resourcesOf(templates.onboarding, 'AWS::CloudFormation::StackSet').map(
  ({ Properties }): [string, string] => [
    String(Properties['StackSetName']),
    String(Properties['TemplateBody']),
  ],
);

test.each(['hub', 'region', 'spoke', 'spokeRegion', 'onboarding'] as const)(
  '%s: nothing is allowed too widely',
  (stack) => {
    expect(findings(templates[stack])).toEqual([]);
  },
);

test.each(carried)('%s: nothing is allowed too widely in what it carries', (_, body) => {
  expect(findings(JSON.parse(body))).toEqual([]);
});

describe('each kind of fault would be seen', () => {
  const planted = (statement: object) => ({ Resources: { R: { Properties: { P: [statement] } } } });

  test.each([
    ['every principal', { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }],
    ['every principal', { Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject' }],
    ['every principal', { Effect: 'Allow', Principal: { AWS: ['1', '*'] }, Action: 'a:B' }],
    ['actions by pattern', { Effect: 'Allow', Action: '*' }],
    ['actions by pattern', { Effect: 'Allow', Action: ['ssm:Get*'] }],
    ['all but what it names', { Effect: 'Allow', NotAction: 'iam:*' }],
    ['names its partition', { Effect: 'Allow', Action: 'a:B', Resource: 'arn:aws:s3:::b' }],
    [
      'names its partition',
      { Resource: { 'Fn::Join': ['', ['arn:aws', '-cn:s3:::', { Ref: 'Bucket' }]] } },
    ],
  ])('%s: %j', (what, statement) => {
    expect(findings(planted(statement))).toEqual([expect.stringContaining(what)]);
  });

  test('everybody of one organisation is not everybody', () => {
    const everybody = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject' };
    const bound = (operator: string, id: string) =>
      findings(planted({ ...everybody, Condition: { [operator]: { 'aws:PrincipalOrgID': id } } }));
    expect(bound('StringEquals', 'o-a1b2c3d4e5')).toEqual([]);
    expect(bound('StringEquals', '*')).toHaveLength(1);
    expect(bound('StringLike', 'o-*')).toHaveLength(1);
    expect(bound('StringNotEquals', 'o-a1b2c3d4e5')).toHaveLength(1);
  });

  test('a deny may be as wide as it likes', () => {
    expect(findings(planted({ Effect: 'Deny', Principal: '*', Action: 's3:*' }))).toEqual([]);
  });
});
