import { expect, test } from '@jest/globals';
import { plain, resourceOf, resourcesOf, statementsOf, templatesOf } from './support.ts';

const trustOf = (over = {}) =>
  resourceOf(templatesOf(over).spoke, 'AWS::IAM::Role', 'RoleName', 'fleetwide-dispatch')
    .Properties['AssumeRolePolicyDocument'];

const FROM = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:<AWS::Partition>:iam::111122223333:root' },
};
const DISPATCHER = {
  'aws:PrincipalArn': 'arn:<AWS::Partition>:iam::111122223333:role/fleetwide/dispatcher/*',
};

test('only the dispatcher of the hub gets in, with the ExternalId', () => {
  expect(trustOf()).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        ...FROM,
        Sid: 'Enter',
        Action: 'sts:AssumeRole',
        Condition: {
          ArnLike: DISPATCHER,
          StringEquals: { 'sts:ExternalId': 'an-external-id-for-tests' },
        },
      },
      {
        ...FROM,
        Sid: 'SayWhoAsked',
        Action: 'sts:SetSourceIdentity',
        Condition: { ArnLike: DISPATCHER },
      },
    ],
  });
});

test('where there is an organisation, only from inside of it', () => {
  const organisation = { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' };
  expect(trustOf({ organizationId: 'o-a1b2c3d4e5' })).toMatchObject({
    Statement: [
      {
        Sid: 'Enter',
        Condition: {
          ArnLike: DISPATCHER,
          StringEquals: { 'sts:ExternalId': 'an-external-id-for-tests', ...organisation },
        },
      },
      { Sid: 'SayWhoAsked', Condition: { ArnLike: DISPATCHER, StringEquals: organisation } },
    ],
  });
});

const { spoke } = templatesOf();

const documents = (...names: readonly string[]) =>
  names.map((name) => `arn:<AWS::Partition>:ssm:*::document/${name}`).join(' ');

test('the dispatch role may send Fleetwide’s documents to the nodes of its own account, and look', () => {
  expect(statementsOf(spoke, 'fleetwide-dispatch')).toEqual([
    'FindNodes: ssm:DescribeInstanceInformation on *',
    'ReadDocument: ssm:DescribeDocument on arn:<AWS::Partition>:ssm:*::document/AWS-RunPowerShellScript arn:<AWS::Partition>:ssm:*::document/AWS-RunRemoteScript arn:<AWS::Partition>:ssm:*::document/AWS-RunShellScript',
    'FindInstances: ec2:DescribeInstances on *',
    'FindRegions: ec2:DescribeRegions on *',
    'ListGroupMembers: resource-groups:ListGroupResources on arn:<AWS::Partition>:resource-groups:*:<AWS::AccountId>:group/*',
    'FindByTags: tag:GetResources on *',
    'FindInStack: cloudformation:DescribeStacks cloudformation:ListStackResources on arn:<AWS::Partition>:cloudformation:*:<AWS::AccountId>:stack/*',
    'ReadHybridTags: ssm:ListTagsForResource on arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:managed-instance/*',
    `SendDocument: ssm:SendCommand on ${documents('AWS-RunPowerShellScript', 'AWS-RunRemoteScript', 'AWS-RunShellScript')}`,
    'SendToNodes: ssm:SendCommand on arn:<AWS::Partition>:ec2:*:<AWS::AccountId>:instance/* arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:managed-instance/*',
    'FollowCommands: ssm:ListCommands on *',
    'CancelCommands: ssm:CancelCommand on *',
    'ReadResults: ssm:GetCommandInvocation ssm:ListCommandInvocations on *',
    'ReadCommandLogs: logs:GetLogEvents on arn:<AWS::Partition>:logs:*:<AWS::AccountId>:log-group:/fleetwide/commands:log-stream:*',
  ]);
});

test('the configuration says which documents: Amazon’s have no account, own ones this, shared ones theirs', () => {
  const shared = 'arn:aws-cn:ssm:*:999988887777:document/Shared';
  const template = templatesOf({ documents: ['AWS-RunPatchBaseline', 'Deploy-App', shared] }).spoke;
  expect(statementsOf(template, 'fleetwide-dispatch')).toContain(
    `SendDocument: ssm:SendCommand on ${documents('AWS-RunPatchBaseline')} arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:document/Deploy-App ${shared}`,
  );
});

test('it starts runbooks where the configuration names some, and passes the role that it names', () => {
  const all = (over: object) => statementsOf(templatesOf(over).spoke, 'fleetwide-dispatch');
  const usual = all({}).length;
  const runbooks = ['AWS-RestartEC2Instance', 'Own'];
  const executions = 'arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:automation-execution/*';
  const named = [
    `StartRunbooks: ssm:StartAutomationExecution on ${documents('AWS-RestartEC2Instance')} ${executions} arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:document/Own`,
    `FollowRunbooks: ssm:GetAutomationExecution ssm:StopAutomationExecution on ${executions}`,
    'ListRunbooks: ssm:DescribeAutomationExecutions ssm:DescribeAutomationStepExecutions on *',
  ];
  expect(all({ runbooks }).slice(usual)).toEqual(named);
  expect(all({ runbooks, automationRole: 'ops/restarts' }).slice(usual)).toEqual([
    ...named,
    'PassAutomationRole: iam:PassRole on arn:<AWS::Partition>:iam::<AWS::AccountId>:role/ops/restarts if {"StringEquals":{"iam:PassedToService":"ssm.amazonaws.com"}}',
  ]);
});

test('its sessions last an hour at most', () => {
  const role = resourceOf(spoke, 'AWS::IAM::Role', 'RoleName', 'fleetwide-dispatch').Properties;
  expect(role).toMatchObject({ MaxSessionDuration: 3600, Path: '/fleetwide/' });
  expect(role).not.toHaveProperty('ManagedPolicyArns');
});

test('nodes are another role: EC2’s, with what the agent needs', () => {
  const role = resourceOf(spoke, 'AWS::IAM::Role', 'RoleName', 'fleetwide-node').Properties;
  expect(role).toMatchObject({
    Path: '/fleetwide/',
    AssumeRolePolicyDocument: {
      Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
    },
    ManagedPolicyArns: ['arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore'],
  });
  const exchange = 'arn:<AWS::Partition>:s3:::fleetwide-exchange-111122223333-*';
  const group = 'arn:<AWS::Partition>:logs:*:<AWS::AccountId>:log-group:/fleetwide/commands';
  expect(statementsOf(spoke, 'fleetwide-node')).toEqual([
    `ReadArtifacts: s3:GetObject on ${exchange}/artifacts/*`,
    `WriteOutput: s3:PutObject s3:PutObjectAcl on ${exchange}/output/<AWS::AccountId>/*`,
    `AskEncryption: s3:GetEncryptionConfiguration on ${exchange}`,
    `DeliverLogs: logs:CreateLogStream logs:DescribeLogStreams logs:PutLogEvents on ${group} ${group}:*`,
    'FindLogGroup: logs:DescribeLogGroups on *',
  ]);
  expect(resourcesOf(spoke, 'AWS::IAM::InstanceProfile')).toMatchObject([
    { Properties: { InstanceProfileName: 'fleetwide-node', Roles: ['<NodeRole>'] } },
  ]);
});

test('only nodes with the configured tags are sent to; documents carry none', () => {
  const { spoke: tagged } = templatesOf({ nodes: { tags: { Fleetwide: ['yes', 'on'] } } });
  const statements = statementsOf(tagged, 'fleetwide-dispatch');
  expect(statements.find((text) => text.startsWith('SendToNodes'))).toMatch(
    / if \{"StringEquals":\{"ssm:resourceTag\/Fleetwide":\["yes","on"\]\}\}$/,
  );
  expect(statements.filter((text) => text.includes(' if '))).toHaveLength(1);
});

test('nodes by Default Host Management: Systems Manager’s role, and no instance profile', () => {
  const { spoke: handedOut } = templatesOf({ nodes: { credentials: 'defaultHostManagement' } });
  const role = resourceOf(handedOut, 'AWS::IAM::Role', 'RoleName', 'fleetwide-default-host');
  expect(role.Properties).toMatchObject({
    AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'ssm.amazonaws.com' } }] },
    ManagedPolicyArns: [
      'arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy',
    ],
  });
  expect(statementsOf(handedOut, 'fleetwide-default-host')).toEqual(
    statementsOf(spoke, 'fleetwide-node'),
  );
  expect(resourcesOf(handedOut, 'AWS::IAM::InstanceProfile')).toEqual([]);
});

test('nodes with roles of their own: none is made, the statements to add are printed', () => {
  const { spoke: own } = templatesOf({ nodes: { credentials: 'own' } });
  expect(resourcesOf(own, 'AWS::IAM::Role')).toHaveLength(1);
  const { Value } = Object(own).Outputs.NodeStatements;
  expect(JSON.parse(String(plain(Value)))).toMatchObject({
    Statement: [
      { Sid: 'ReadArtifacts' },
      { Sid: 'WriteOutput' },
      { Sid: 'AskEncryption' },
      { Sid: 'DeliverLogs' },
      { Sid: 'FindLogGroup' },
    ],
  });
});
