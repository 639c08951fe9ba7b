import type {
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../../core/operation.ts';
import { allow, openBucket, type S3Deps } from '../access.ts';
import { keyOf, only } from '../parameters.ts';

/** Succeeds also when there is nothing to delete. */
export const deleteObject =
  (
    deps: S3Deps,
  ): Operation<DeleteObjectCommandInput, Omit<DeleteObjectCommandOutput, '$metadata'>> =>
  async (call, input) => {
    only('DeleteObject', input, ['Bucket', 'Key', 'ExpectedBucketOwner']);
    const bucket = openBucket(deps, call, input);
    const key = keyOf(input);
    allow(deps, call, 's3:DeleteObject', bucket, key);
    bucket.objects.delete(key);
    return {};
  };

const MAX_KEYS = 1_000;

/** What fails for one key is told beside it; the others go. */
export const deleteObjects =
  (
    deps: S3Deps,
  ): Operation<DeleteObjectsCommandInput, Omit<DeleteObjectsCommandOutput, '$metadata'>> =>
  async (call, input) => {
    only('DeleteObjects', input, ['Bucket', 'Delete', 'ChecksumAlgorithm', 'ExpectedBucketOwner']);
    const bucket = openBucket(deps, call, input);
    const { Objects = [], Quiet = false } = input.Delete ?? {};
    if (Objects.length === 0 || Objects.length > MAX_KEYS)
      throw new AwsError(
        'MalformedXML',
        `Delete names ${Objects.length} keys: 1..${MAX_KEYS}`,
        400,
      );
    const Deleted = [];
    const Errors = [];
    for (const each of Objects) {
      only('DeleteObjects', each, ['Key']);
      const key = keyOf(each);
      try {
        allow(deps, call, 's3:DeleteObject', bucket, key);
        bucket.objects.delete(key);
        Deleted.push({ Key: key });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Errors.push({ Key: key, Code: error.name, Message: error.message });
      }
    }
    return { ...(!Quiet && { Deleted }), ...(Errors.length > 0 && { Errors }) };
  };
