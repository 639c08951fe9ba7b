import * as z from 'zod';
import { policy, resourceType } from '../resourceType.ts';

export const s3BucketPolicy = resourceType({
  type: 'AWS::S3::BucketPolicy',
  properties: z.strictObject({ Bucket: z.string(), PolicyDocument: policy('resource') }),
  plan: ({ Bucket, PolicyDocument }) => ({
    ref: Bucket,
    arn: `arn:aws:s3:::${Bucket}`,
    attributes: {},
    async create(target) {
      await target.setBucketPolicy(Bucket, PolicyDocument);
    },
  }),
});
