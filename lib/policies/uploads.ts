import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { exchangeBucketName, exchangeKeys } from '../../contract/names.ts';
import { allow } from './statement.ts';

/** What nodes uploaded to the exchange buckets, on its way into the results bucket. */
export function readUploads(): readonly iam.PolicyStatement[] {
  const exchange = `arn:${Aws.PARTITION}:s3:::${exchangeBucketName(Aws.ACCOUNT_ID, '*')}`;
  const uploads = exchangeKeys.outputOf('*');
  return [
    // Which streams there are: an empty one is not uploaded. Not the artifacts beside them.
    allow('ListUploads', ['s3:ListBucket'], [exchange], { StringLike: { 's3:prefix': uploads } }),
    allow('ReadUploads', ['s3:GetObject'], [`${exchange}/${uploads}`]),
  ];
}
