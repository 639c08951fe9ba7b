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

describe('artifacts may be read by nodes', () => {
  const grantOf = (over: object) => {
    const [policy] = resourcesOf(templatesOf(over).region, 'AWS::S3::BucketPolicy');
    return policy?.Properties['PolicyDocument'];
  };
  const read = {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: '<ExchangeBucket.Arn>/artifacts/*',
  };
  const nodes = {
    ArnLike: { 'aws:PrincipalArn': 'arn:<AWS::Partition>:iam::*:role/fleetwide/fleetwide-node' },
  };

  test('of the organisation', () => {
    expect(grantOf({ organizationId: 'o-a1b2c3d4e5' })).toMatchObject({
      Statement: [
        { Effect: 'Deny' },
        {
          ...read,
          Principal: { AWS: '*' },
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, ...nodes },
        },
      ],
    });
  });

  test('of the spokes listed, without one', () => {
    expect(grantOf({ accounts: ['222233334444', '333344445555'] })).toMatchObject({
      Statement: [
        { Effect: 'Deny' },
        {
          ...read,
          Principal: {
            AWS: [
              'arn:<AWS::Partition>:iam::222233334444:root',
              'arn:<AWS::Partition>:iam::333344445555:root',
            ],
          },
          Condition: nodes,
        },
      ],
    });
  });
});
