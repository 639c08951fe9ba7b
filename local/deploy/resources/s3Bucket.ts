import { z } from 'zod';
import { Name, resourceType } from '../resourceType.ts';

const Encryption = z
  .strictObject({
    ServerSideEncryptionConfiguration: z.tuple([
      z.strictObject({
        BucketKeyEnabled: z.boolean().exactOptional(),
        ServerSideEncryptionByDefault: z.strictObject({
          SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
          KMSMasterKeyID: z.string().exactOptional(),
        }),
      }),
    ]),
  })
  .transform(({ ServerSideEncryptionConfiguration: [rule] }) => {
    const { SSEAlgorithm, KMSMasterKeyID } = rule.ServerSideEncryptionByDefault;
    return {
      algorithm: SSEAlgorithm,
      ...(KMSMasterKeyID !== undefined && { kmsKeyId: KMSMasterKeyID }),
      ...(rule.BucketKeyEnabled !== undefined && { bucketKey: rule.BucketKeyEnabled }),
    };
  });

const PublicAccess = z.strictObject({
  BlockPublicAcls: z.boolean().default(false),
  BlockPublicPolicy: z.boolean().default(false),
  IgnorePublicAcls: z.boolean().default(false),
  RestrictPublicBuckets: z.boolean().default(false),
});

const OwnerEnforced = z.strictObject({
  Rules: z.tuple([z.strictObject({ ObjectOwnership: z.literal('BucketOwnerEnforced') })]),
});

export const s3Bucket = resourceType({
  type: 'AWS::S3::Bucket',
  properties: z.strictObject({
    BucketName: Name,
    BucketEncryption: Encryption.exactOptional(),
    PublicAccessBlockConfiguration: PublicAccess.exactOptional(),
    OwnershipControls: OwnerEnforced.exactOptional(),
  }),
  // Objects do not expire here: a dispatch is over long before a rule would touch it.
  inert: ['LifecycleConfiguration'],
  plan(bucket, { account, region }) {
    const { BucketName: name, PublicAccessBlockConfiguration: block } = bucket;
    const arn = `arn:aws:s3:::${name}`;
    return {
      ref: name,
      arn,
      attributes: {
        Arn: arn,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
      async create(target) {
        await target.putBucket({
          account,
          region,
          name,
          // S3's defaults since January and April 2023.
          encryption: bucket.BucketEncryption ?? { algorithm: 'AES256' },
          blockPublicAccess: !block || (block.BlockPublicPolicy && block.RestrictPublicBuckets),
        });
      },
    };
  },
});
