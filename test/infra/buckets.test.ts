import { describe, expect, test } from '@jest/globals';
import { resourceOf, resourcesOf, templatesOf } from './support.ts';

const { hub, region } = templatesOf({ resultsRetentionDays: 100 });
const RESULTS = 'fleetwide-results-111122223333-eu-west-1';
const EXCHANGE = 'fleetwide-exchange-111122223333-us-east-1';

describe.each([
  [RESULTS, hub, 'ResultsBucket'],
  [EXCHANGE, region, 'ExchangeBucket'],
])('%s', (name, template, id) => {
  const bucket = resourceOf(template, 'AWS::S3::Bucket', 'BucketName', name);

  test('is private, encrypted, without ACLs, and outlives its stack', () => {
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
    });
  });

  test('has a policy that denies what is not TLS and, where nobody is named, grants nothing', () => {
    expect(resourcesOf(template, 'AWS::S3::BucketPolicy').map((p) => p.Properties)).toEqual([
      {
        Bucket: `<${id}>`,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: 's3:*',
              Resource: [`<${id}.Arn>`, `<${id}.Arn>/*`],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    ]);
  });
});

describe('what the exchange bucket grants', () => {
  const grants = (over: object) =>
    resourcesOf(templatesOf(over).region, 'AWS::S3::BucketPolicy').flatMap(({ Properties }) =>
      Object(Properties['PolicyDocument']).Statement.filter(
        ({ Effect }: { Effect: string }) => Effect === 'Allow',
      ),
    );
  const nodes = (role: string) => ({
    ArnLike: { 'aws:PrincipalArn': `arn:<AWS::Partition>:iam::*:role/fleetwide/${role}` },
  });
  const organisation = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
  const bound = { ...organisation, ...nodes('fleetwide-node') };

  test('the organisation’s nodes read artifacts and write under their own account', () => {
    expect(grants({ organizationId: 'o-a1b2c3d4e5' })).toEqual([
      {
        Sid: 'ReadArtifacts',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 's3:GetObject',
        Resource: '<ExchangeBucket.Arn>/artifacts/*',
        Condition: bound,
      },
      {
        Sid: 'WriteOwnOutput',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['s3:PutObject', 's3:PutObjectAcl'],
        Resource: ['<ExchangeBucket.Arn>/output/$', '{aws:PrincipalAccount}/*'].join(''),
        Condition: bound,
      },
      {
        Sid: 'AskEncryption',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 's3:GetEncryptionConfiguration',
        Resource: '<ExchangeBucket.Arn>',
        Condition: bound,
      },
    ]);
  });

  test('without an organisation the accounts by name, those of the onboarding too', () => {
    const made = grants({
      accounts: ['222233334444'],
      onboarding: { accounts: ['222233334444', '333344445555'] },
    });
    const root = (account: string) => `arn:<AWS::Partition>:iam::${account}:root`;
    const both = { AWS: [root('222233334444'), root('333344445555')] };
    expect(made).toMatchObject(
      [0, 1, 2].map(() => ({ Principal: both, Condition: nodes('fleetwide-node') })),
    );
  });

  test('to the nodes’ own role alone, where its name is known', () => {
    const conditions = (credentials: string) =>
      grants({ organizationId: 'o-a1b2c3d4e5', nodes: { credentials } }).map(
        ({ Condition }: { Condition: unknown }) => Condition,
      );
    const handedOut = { ...organisation, ...nodes('fleetwide-default-host') };
    expect(conditions('defaultHostManagement')).toEqual([handedOut, handedOut, handedOut]);
    expect(conditions('own')).toEqual([organisation, organisation, organisation]);
  });
});

test('buckets go with their stacks where the configuration says so', () => {
  const templates = templatesOf({ keepBuckets: false });
  for (const template of [templates.hub, templates.region])
    for (const bucket of resourcesOf(template, 'AWS::S3::Bucket'))
      expect(bucket).toMatchObject({ DeletionPolicy: 'Delete' });
});

const rulesOf = (template: unknown, name: string) =>
  resourceOf(template, 'AWS::S3::Bucket', 'BucketName', name).Properties['LifecycleConfiguration'];
const ABORT = {
  Id: 'AbortUploads',
  Status: 'Enabled',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
};

test('dispatches are kept as long as the configuration says', () => {
  expect(rulesOf(hub, RESULTS)).toEqual({
    Rules: [
      { Id: 'Forget', Prefix: 'dispatches/', Status: 'Enabled', ExpirationInDays: 100 },
      ABORT,
    ],
  });
});

test('what nodes left behind is kept for a week; artifacts stay', () => {
  expect(rulesOf(region, EXCHANGE)).toEqual({
    Rules: [
      { Id: 'ForgetOutput', Prefix: 'output/', Status: 'Enabled', ExpirationInDays: 7 },
      ABORT,
    ],
  });
});

describe('with KMS', () => {
  const over = { encryption: 'KMS', organizationId: 'o-a1b2c3d4e5' } as const;
  const templates = templatesOf(over);
  const keyOf = (template: unknown) => {
    const [key, second] = resourcesOf(template, 'AWS::KMS::Key');
    expect(second).toBeUndefined();
    return key;
  };

  test.each(['hub', 'region'] as const)('%s: the bucket has a key of its own', (stack) => {
    expect(keyOf(templates[stack])).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
    const [bucket] = resourcesOf(templates[stack], 'AWS::S3::Bucket');
    expect(bucket?.Properties['BucketEncryption']).toMatchObject({
      ServerSideEncryptionConfiguration: [
        { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
      ],
    });
  });

  const account = {
    Sid: 'AccountDecides',
    Principal: { AWS: expect.stringMatching(/:root$/) },
    Action: 'kms:*',
  };

  test('the results key is the hub’s alone', () => {
    expect(keyOf(templates.hub)?.Properties['KeyPolicy']).toMatchObject({ Statement: [account] });
  });

  test('the exchange key lets in whom the bucket does, through S3 and for that bucket', () => {
    const bucket = 'arn:<AWS::Partition>:s3:::fleetwide-exchange-111122223333-us-east-1';
    expect(keyOf(templates.region)?.Properties['KeyPolicy']).toMatchObject({
      Statement: [
        account,
        {
          Sid: 'NodesThroughS3',
          Principal: { AWS: '*' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Condition: {
            StringEquals: {
              'aws:PrincipalOrgID': 'o-a1b2c3d4e5',
              'kms:ViaService': 's3.<AWS::Region>.<AWS::URLSuffix>',
            },
            ArnLike: {
              'aws:PrincipalArn': 'arn:<AWS::Partition>:iam::*:role/fleetwide/fleetwide-node',
            },
            StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket, `${bucket}/*`] },
          },
        },
      ],
    });
  });

  test('where no account is named it lets in nobody else', () => {
    const { region: alone } = templatesOf({ encryption: 'KMS' });
    expect(keyOf(alone)?.Properties['KeyPolicy']).toMatchObject({ Statement: [account] });
  });
});
