import { describe, expect, test } from '@jest/globals';
import { deployed, logGroup, problemsOf, role, TRUST } from './support.ts';

const ALLOW = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
};
/** As IAM keeps it: one-or-more as lists. */
const KEPT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] }],
};
const ROLE_ARN = 'arn:aws:iam::111122223333:role/fleetwide/node';

test('IAM: role, inline and managed policies, instance profile', async () => {
  const { calls, resources } = await deployed({
    Resources: {
      Profile: {
        Type: 'AWS::IAM::InstanceProfile',
        Properties: { InstanceProfileName: 'node', Path: '/p/', Roles: [{ Ref: 'Node' }] },
      },
      Beside: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'beside', PolicyDocument: ALLOW, Roles: [{ Ref: 'Node' }] },
      },
      Managed: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { ManagedPolicyName: 'm', PolicyDocument: ALLOW, Roles: ['node'] },
        DependsOn: ['Node'],
      },
      Node: role('node', {
        Path: '/fleetwide/',
        MaxSessionDuration: 7200,
        Description: 'has no effect',
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
        Policies: [{ PolicyName: 'inside', PolicyDocument: ALLOW }],
      }),
    },
  });
  const trust = { ...TRUST, Statement: [expect.objectContaining({ Action: ['sts:AssumeRole'] })] };
  expect(calls).toEqual([
    [
      'putRole',
      {
        arn: ROLE_ARN,
        account: '111122223333',
        name: 'node',
        path: '/fleetwide/',
        trust,
        maxSessionSeconds: 7200,
      },
    ],
    ['putInlinePolicy', ROLE_ARN, 'inside', KEPT],
    ['attachManagedPolicy', ROLE_ARN, 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
    [
      'putInstanceProfile',
      {
        arn: 'arn:aws:iam::111122223333:instance-profile/p/node',
        account: '111122223333',
        name: 'node',
        path: '/p/',
        roleArn: ROLE_ARN,
      },
    ],
    ['putInlinePolicy', ROLE_ARN, 'beside', KEPT],
    [
      'putManagedPolicy',
      {
        arn: 'arn:aws:iam::111122223333:policy/m',
        account: '111122223333',
        name: 'm',
        path: '/',
        document: KEPT,
      },
    ],
    ['attachManagedPolicy', ROLE_ARN, 'arn:aws:iam::111122223333:policy/m'],
  ]);
  expect(resources['Node']).toEqual({ physicalId: 'node', arn: ROLE_ARN });
});

test('S3: bucket and its policy', async () => {
  const { calls } = await deployed({
    Resources: {
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'results',
          LifecycleConfiguration: { Rules: [] },
          PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
        },
      },
      Open: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'open',
          PublicAccessBlockConfiguration: { BlockPublicAcls: true },
        },
      },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:*',
                Resource: { 'Fn::GetAtt': ['Bucket', 'Arn'] },
              },
            ],
          },
        },
      },
    },
  });
  const bucket = {
    account: '111122223333',
    region: 'eu-west-1',
    encryption: { algorithm: 'AES256' },
  };
  expect(calls).toEqual([
    ['putBucket', { ...bucket, name: 'results', blockPublicAccess: true }],
    ['putBucket', { ...bucket, name: 'open', blockPublicAccess: false }],
    [
      'setBucketPolicy',
      'results',
      {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: ['s3:*'],
            Resource: ['arn:aws:s3:::results'],
          },
        ],
      },
    ],
  ]);
});

const lambda = (more = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'send',
    Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: ROLE_ARN,
    ...more,
  },
});

test('Lambda and Logs: function, log group', async () => {
  const { calls, resources } = await deployed(
    {
      Resources: {
        Group: { ...logGroup('/aws/lambda/send'), DeletionPolicy: 'Delete' },
        Function: lambda({
          Architectures: ['arm64'],
          Timeout: 300,
          MemorySize: 256,
          Environment: { Variables: { A: { Ref: 'AWS::Partition' } } },
          LoggingConfig: { LogGroup: { Ref: 'Group' } },
        }),
        Plain: lambda({ FunctionName: 'plain' }),
      },
    },
    { assets: new Map([['abc.zip', '/assembly/abc']]) },
  );
  const made = {
    arn: 'arn:aws:lambda:eu-west-1:111122223333:function:send',
    name: 'send',
    account: '111122223333',
    region: 'eu-west-1',
    roleArn: ROLE_ARN,
    directory: '/assembly/abc',
    handler: 'index.handler',
    memoryMb: 256,
    timeoutSeconds: 300,
    environment: { A: 'aws' },
    logGroup: '/aws/lambda/send',
  };
  expect(calls[1]).toEqual(['putFunction', made]);
  expect(calls[2]).toMatchObject([
    'putFunction',
    { memoryMb: 128, timeoutSeconds: 3, environment: {}, logGroup: '/aws/lambda/plain' },
  ]);
  expect(resources['Group']).toEqual({
    physicalId: '/aws/lambda/send',
    arn: 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/send:*',
  });
});

test('Step Functions: state machine', async () => {
  const { calls } = await deployed({
    Resources: {
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'dispatch',
          RoleArn: ROLE_ARN,
          DefinitionString: { 'Fn::Join': ['', ['{"a":"', { Ref: 'AWS::Region' }, '"}']] },
        },
      },
    },
  });
  expect(calls).toEqual([
    [
      'putStateMachine',
      {
        arn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:dispatch',
        account: '111122223333',
        region: 'eu-west-1',
        name: 'dispatch',
        roleArn: ROLE_ARN,
        definition: '{"a":"eu-west-1"}',
      },
    ],
  ]);
});

describe('refusals', () => {
  test('name everything at once, and nothing is created', async () => {
    const problems = await problemsOf({
      Resources: {
        Fine: logGroup('fine'),
        Queue: { Type: 'AWS::Kinesis::Stream' },
        Bucket: {
          Type: 'AWS::S3::Bucket',
          Properties: { BucketName: 'b', VersioningConfiguration: {}, WebsiteConfiguration: {} },
        },
        // It refers to a bucket that is refused; its own fault is told all the same.
        Role: role({ 'Fn::Join': ['', ['r', { Ref: 'Bucket' }]] }, { PermissionsBoundary: 'x' }),
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: { StateMachineType: 'EXPRESS', RoleArn: 'r', DefinitionString: '{}' },
        },
        Function: lambda({ Runtime: 'python3.14', Code: { ZipFile: '' } }),
        NoAsset: lambda(),
        Profile: {
          Type: 'AWS::IAM::InstanceProfile',
          Properties: { InstanceProfileName: 'p', Roles: ['stranger'] },
        },
      },
    });
    expect(problems).toEqual([
      'Queue (AWS::Kinesis::Stream): this type is not implemented by the embedded AWS',
      'Bucket (AWS::S3::Bucket).VersioningConfiguration: not implemented by the embedded AWS',
      'Bucket (AWS::S3::Bucket).WebsiteConfiguration: not implemented by the embedded AWS',
      'Role (AWS::IAM::Role).PermissionsBoundary: not implemented by the embedded AWS',
      'Machine (AWS::StepFunctions::StateMachine).StateMachineName: give a name; the embedded AWS makes none up',
      'Machine (AWS::StepFunctions::StateMachine).StateMachineType: Invalid input: expected "STANDARD"',
      expect.stringMatching(/^Function \(AWS::Lambda::Function\)\.Code\.S3Bucket: /),
      expect.stringMatching(/^Function \(AWS::Lambda::Function\)\.Code\.S3Key: /),
      'Function (AWS::Lambda::Function).Code.ZipFile: not implemented by the embedded AWS',
      expect.stringMatching(/^Function \(AWS::Lambda::Function\)\.Runtime: .*"nodejs24\.x"/),
      'NoAsset (AWS::Lambda::Function): Code.S3Key: the assembly has no unpacked asset abc.zip',
      'Profile (AWS::IAM::InstanceProfile): role stranger: not in this stack',
    ]);
  });

  test('a policy that IAM would refuse', async () => {
    const [problem] = await problemsOf({
      Resources: { Role: role('r', { AssumeRolePolicyDocument: { Statement: [{}] } }) },
    });
    expect(problem).toMatch(/^Role \(AWS::IAM::Role\)\.AssumeRolePolicyDocument: .*Effect/);
  });

  test.each(['Mappings', 'Transform', 'Rules', 'Hooks'])('section %s', async (section) => {
    expect(await problemsOf({ Resources: {}, [section]: {} })).toEqual([
      `${section}: not implemented by the embedded AWS`,
    ]);
  });

  test('an attribute of a resource', async () => {
    expect(await problemsOf({ Resources: { A: { ...logGroup('a'), UpdatePolicy: {} } } })).toEqual([
      'Resources.A.UpdatePolicy: not implemented by the embedded AWS',
    ]);
  });
});

test('a template can be altered first; the one it was made from stays as it is', async () => {
  const template = { Resources: { A: logGroup('a'), B: logGroup('b') } };
  const mutate = (copy: unknown) => {
    delete Object(copy).Resources.A;
    return copy;
  };
  const { resources } = await deployed(template, { options: { mutate } });
  expect(Object.keys(resources)).toEqual(['B']);
  expect(Object.keys(template.Resources)).toEqual(['A', 'B']);
});
