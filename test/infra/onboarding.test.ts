import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { ConfigInput } from '../../contract/config.ts';
import { MOST_BYTES, unfit } from '../../lib/carried.ts';
import { findings } from './guardrails.ts';
import { resourcesOf, statementsOf, templatesOf, typesOf } from './support.ts';

const ORG = { organizationId: 'o-a1b2c3d4e5' };
const UNITS = {
  organizationalUnits: [
    { id: 'ou-ab12-11111111' },
    { id: 'ou-ab12-22222222', regions: ['us-east-1', 'eu-west-1'] },
    { id: 'ou-ab12-33333333', regions: ['eu-west-1'], endpoints: true },
  ],
};
const ENDPOINTS = { vpcs: [{ name: 'main', cidrs: 2 }], logs: true };

const StackSet = z.looseObject({
  StackSetName: z.string(),
  TemplateBody: z.string(),
  StackInstancesGroup: z.unknown(),
  Capabilities: z.unknown().optional(),
});
const setsOf = (over: Partial<ConfigInput>) =>
  Object.fromEntries(
    resourcesOf(templatesOf(over).onboarding, 'AWS::CloudFormation::StackSet').map((resource) => {
      const set = StackSet.parse(resource.Properties);
      const template: unknown = JSON.parse(set.TemplateBody);
      return [set.StackSetName, { ...set, template }];
    }),
  );

describe('an organisation', () => {
  const sets = setsOf({ ...ORG, endpoints: ENDPOINTS, onboarding: UNITS });

  test('is onboarded by three stack sets: roles in one Region of an account, the rest in each', () => {
    const instances = Object.entries(sets).map(([name, set]) => [name, set.StackInstancesGroup]);
    const one = ['ou-ab12-11111111', 'ou-ab12-22222222'];
    expect(Object.fromEntries(instances)).toEqual({
      'fleetwide-spoke-account': [
        { DeploymentTargets: { OrganizationalUnitIds: one }, Regions: ['eu-west-1'] },
        {
          DeploymentTargets: { OrganizationalUnitIds: ['ou-ab12-33333333'] },
          Regions: ['eu-west-1'],
        },
      ],
      'fleetwide-spoke-region': [
        { DeploymentTargets: { OrganizationalUnitIds: one }, Regions: ['eu-west-1', 'us-east-1'] },
      ],
      'fleetwide-spoke-region-endpoints': [
        {
          DeploymentTargets: { OrganizationalUnitIds: ['ou-ab12-33333333'] },
          Regions: ['eu-west-1'],
        },
      ],
    });
  });

  test('takes in accounts that come, and lets go of those that leave', () => {
    for (const set of Object.values(sets))
      expect(set).toMatchObject({
        PermissionModel: 'SERVICE_MANAGED',
        CallAs: 'DELEGATED_ADMIN',
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
        ManagedExecution: { Active: true },
        OperationPreferences: {
          MaxConcurrentPercentage: 10,
          FailureTolerancePercentage: 10,
          ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
          RegionConcurrencyType: 'PARALLEL',
        },
      });
    const acknowledged = Object.values(sets).map((set) => set.Capabilities);
    expect(acknowledged).toEqual([['CAPABILITY_NAMED_IAM'], undefined, undefined]);
  });

  test('carries what a service-managed stack set takes, and the same as a plain stack has', () => {
    const { spoke } = templatesOf(ORG);
    const account = sets['fleetwide-spoke-account']?.template;
    for (const role of ['fleetwide-dispatch', 'fleetwide-node'])
      expect(statementsOf(account, role)).toEqual(statementsOf(spoke, role));
    for (const { template, TemplateBody } of Object.values(sets)) {
      expect(unfit(template, Buffer.byteLength(TemplateBody))).toEqual([]);
      expect(findings(template)).toEqual([]);
    }
    // IAM is global: a role in two Regions of an account would collide with itself.
    for (const name of ['fleetwide-spoke-region', 'fleetwide-spoke-region-endpoints'])
      expect(typesOf(sets[name]?.template).filter((type) => type.includes('IAM'))).toEqual([]);
  });
});

test('what a service-managed stack set does not take is told', () => {
  const resource = (Type: string) => ({ Resources: { A: { Type } } });
  expect(unfit(resource('AWS::CloudFormation::Stack'), 1)).toEqual(['a nested stack or macro']);
  expect(unfit(resource('AWS::CDK::Metadata'), 1)).toEqual(['metadata of the CDK']);
  expect(unfit({ Transform: 'AWS::LanguageExtensions' }, 1)).toEqual(['a transform or macro']);
  expect(unfit({ A: { 'Fn::Transform': {} } }, 1)).toEqual(['a transform or macro']);
  expect(unfit({}, MOST_BYTES + 1)).toEqual(['51201 bytes, 51200 at most']);
});

test('accounts without an organisation are listed, with roles that somebody made there', () => {
  const accounts = ['222233334444', '333344445555'];
  const sets = setsOf({ onboarding: { accounts, maxConcurrent: 3, tolerance: 0 } });
  expect(Object.keys(sets)).toEqual(['fleetwide-spoke-account', 'fleetwide-spoke-region']);
  const set = sets['fleetwide-spoke-region'];
  expect(set).toMatchObject({
    PermissionModel: 'SELF_MANAGED',
    OperationPreferences: { MaxConcurrentCount: 3, FailureToleranceCount: 0 },
    StackInstancesGroup: [
      { DeploymentTargets: { Accounts: accounts }, Regions: ['eu-west-1', 'us-east-1'] },
    ],
  });
  expect(set).not.toHaveProperty('CallAs');
  expect(set).not.toHaveProperty('AutoDeployment');
});

test('the management account calls as itself', () => {
  const sets = setsOf({
    ...ORG,
    onboarding: { ...UNITS, organizationalUnits: [{ id: 'r-ab12' }], callAs: 'SELF' },
  });
  expect(sets['fleetwide-spoke-account']).toMatchObject({ CallAs: 'SELF' });
});

describe('a VPC without NAT', () => {
  const { spokeRegion } = templatesOf({ ...ORG, endpoints: ENDPOINTS });
  const endpoints = resourcesOf(spokeRegion, 'AWS::EC2::VPCEndpoint').map((e) => e.Properties);

  test('has interface endpoints with private names in its private subnets', () => {
    const service = (name: string) => `com.amazonaws.<AWS::Region>.${name}`;
    const interfaces = endpoints.filter((e) => e['VpcEndpointType'] === 'Interface');
    expect(interfaces.map((e) => e['ServiceName'])).toEqual(
      ['ssm', 'ssmmessages', 'ec2messages', 'logs'].map(service),
    );
    for (const each of interfaces)
      expect(each).toMatchObject({
        PrivateDnsEnabled: true,
        VpcId: '<Vpcmainid>',
        SubnetIds: '<Vpcmainsubnets>',
        SecurityGroupIds: ['<VpcmainGroup.GroupId>'],
      });
    const { spokeRegion: fewer } = templatesOf({
      endpoints: { ...ENDPOINTS, ec2messages: false, logs: false },
    });
    expect(resourcesOf(fewer, 'AWS::EC2::VPCEndpoint')).toHaveLength(3);
  });

  test('has ec2messages where there is one: in no Region that was launched in 2024 or later', () => {
    const of = (regions: string[]) => {
      const template = templatesOf({ ...ORG, endpoints: ENDPOINTS, regions }).spokeRegion;
      const [condition] = Object.values(Object(Object(template).Conditions));
      const all = resourcesOf(template, 'AWS::EC2::VPCEndpoint');
      const bound = all.filter((each) => 'Condition' in each);
      return { condition, services: bound.map(({ Properties }) => Properties['ServiceName']) };
    };
    expect(of(['eu-west-1', 'us-east-1'])).toEqual({ condition: undefined, services: [] });
    expect(of(['eu-west-1', 'mx-central-1', 'ap-east-2'])).toEqual({
      condition: {
        'Fn::Not': [
          {
            'Fn::Or': ['mx-central-1', 'ap-east-2'].map((region) => ({
              'Fn::Equals': [{ Ref: 'AWS::Region' }, region],
            })),
          },
        ],
      },
      services: ['com.amazonaws.<AWS::Region>.ec2messages'],
    });
  });

  test('lets in HTTPS from its own CIDRs and nothing else', () => {
    const [group] = resourcesOf(spokeRegion, 'AWS::EC2::SecurityGroup');
    const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
    expect(group?.Properties['SecurityGroupIngress']).toEqual(
      [0, 1].map((n) => ({
        ...https,
        CidrIp: { 'Fn::Select': [n, '<Vpcmaincidrs>'] },
        Description: 'HTTPS from the VPC',
      })),
    );
  });

  test('reaches in S3 the exchange bucket of its Region and the agent’s own, by name', () => {
    const gateway = endpoints.find((e) => e['VpcEndpointType'] === 'Gateway');
    expect(gateway).toMatchObject({ RouteTableIds: '<Vpcmainroutetables>' });
    const { Statement } = z
      .object({
        Statement: z.array(z.looseObject({ Sid: z.string(), Resource: z.array(z.string()) })),
      })
      .parse(gateway?.['PolicyDocument']);
    const [exchange, agent] = Statement;
    const bucket = 'arn:<AWS::Partition>:s3:::fleetwide-exchange-111122223333-<AWS::Region>';
    expect(exchange).toMatchObject({ Resource: [`${bucket}/*`, bucket] });
    expect(agent?.Resource).toContain('arn:<AWS::Partition>:s3:::amazon-ssm-<AWS::Region>/*');
    expect(agent?.Resource.filter((arn) => !arn.includes('<AWS::Region>'))).toEqual([]);
    expect(findings(spokeRegion)).toEqual([]);
  });

  test('is named by SSM parameters of the account, so that one template serves all', () => {
    expect(Object.values(Object(Object(spokeRegion).Parameters))).toEqual([
      parameter('AWS::EC2::VPC::Id', 'id'),
      parameter('List<String>', 'cidrs'),
      parameter('List<AWS::EC2::Subnet::Id>', 'subnets'),
      parameter('List<String>', 'route-tables'),
    ]);
  });

  test('gets endpoints only where the configuration says so', () => {
    expect(typesOf(templatesOf().spokeRegion)).toEqual(['AWS::Logs::LogGroup']);
  });
});

const parameter = (type: string, name: string) => ({
  Type: `AWS::SSM::Parameter::Value<${type}>`,
  Default: `/fleetwide/vpc/main/${name}`,
});
