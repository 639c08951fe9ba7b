import type {
  GetBucketEncryptionCommandInput,
  GetBucketEncryptionCommandOutput,
  GetBucketLocationCommandInput,
  HeadBucketCommandInput,
  HeadBucketCommandOutput,
  ListBucketsCommandInput,
  ListBucketsCommandOutput,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../core/operation.ts';
import { accessDenied, allow, openBucket, type S3Deps } from '../access.ts';
import { only } from '../parameters.ts';

type Without<T> = Omit<T, '$metadata'>;

export const headBucket =
  (deps: S3Deps): Operation<HeadBucketCommandInput, Without<HeadBucketCommandOutput>> =>
  async (call, input) => {
    only('HeadBucket', input, ['Bucket', 'ExpectedBucketOwner']);
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:ListBucket', bucket);
    return { BucketRegion: bucket.region, AccessPointAlias: false };
  };

/** All buckets of the caller's account, whatever their Region. */
export const listBuckets =
  ({
    store,
    authorize,
  }: S3Deps): Operation<ListBucketsCommandInput, Without<ListBucketsCommandOutput>> =>
  async (call, input) => {
    only('ListBuckets', input, []);
    if (call.caller.kind === 'anonymous') throw accessDenied();
    authorize(call, { action: 's3:ListAllMyBuckets', resource: '*' });
    const buckets = store.bucketsOf(call.caller.account);
    return {
      Buckets: buckets.map(({ name, createdAt }) => ({
        Name: name,
        CreationDate: new Date(createdAt),
      })),
      Owner: { ID: call.caller.account },
    };
  };

/** Empty for us-east-1 (S3 API Reference, GetBucketLocation). */
export const getBucketLocation =
  (
    deps: S3Deps,
  ): Operation<GetBucketLocationCommandInput, { readonly LocationConstraint?: string }> =>
  async (call, input) => {
    only('GetBucketLocation', input, ['Bucket', 'ExpectedBucketOwner']);
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:GetBucketLocation', bucket);
    return bucket.region === 'us-east-1' ? {} : { LocationConstraint: bucket.region };
  };

export const getBucketEncryption =
  (
    deps: S3Deps,
  ): Operation<GetBucketEncryptionCommandInput, Without<GetBucketEncryptionCommandOutput>> =>
  async (call, input) => {
    only('GetBucketEncryption', input, ['Bucket', 'ExpectedBucketOwner']);
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:GetEncryptionConfiguration', bucket);
    const { algorithm, kmsKeyId, bucketKey } = bucket.encryption;
    const ApplyServerSideEncryptionByDefault = {
      SSEAlgorithm: algorithm,
      ...(kmsKeyId !== undefined && { KMSMasterKeyID: kmsKeyId }),
    };
    return {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: bucketKey ?? false }],
      },
    };
  };
