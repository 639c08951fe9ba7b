import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { keys } from '../../contract/names.ts';
import { allow } from './statement.ts';

/**
 * For steps that ask for objects which may not be there: S3 answers GetObject of a missing key with 404 to
 * those who may list the bucket, and with 403 to all others (S3 API Reference, GetObject, "Permissions").
 * `IfExists`, because a GetObject carries no s3:prefix: the plain operator could refuse the very case
 * that this is for.
 */
export const tellMissingKeys = (bucket: s3.IBucket): iam.PolicyStatement =>
  allow('TellMissingKeys', ['s3:ListBucket'], [bucket.bucketArn], {
    StringLikeIfExists: { 's3:prefix': keys.root('*') },
  });
