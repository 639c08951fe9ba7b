import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Operation } from '../../../core/operation.ts';
import { allow, allowKey, openBucket, type S3Deps } from '../access.ts';
import { checkWrite } from '../conditions.ts';
import * as describe from '../describe.ts';
import { bytesOf, keyOf, only } from '../parameters.ts';

type Output = Omit<PutObjectCommandOutput, '$metadata'>;

const KNOWN = [
  'Bucket',
  'Key',
  'Body',
  'ACL',
  'ContentLength',
  'ContentMD5',
  'ChecksumAlgorithm',
  'IfMatch',
  'IfNoneMatch',
  'Metadata',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'ExpectedBucketOwner',
  ...describe.HEADERS,
  ...describe.CHECKSUM_MEMBERS,
] as const;

export const putObject =
  (deps: S3Deps): Operation<PutObjectCommandInput, Output> =>
  async (call, input) => {
    only('PutObject', input, KNOWN);
    const key = keyOf(input);
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:PutObject', bucket, key, {
      ...describe.writeKeys(input),
      's3:if-match': input.IfMatch,
      's3:if-none-match': input.IfNoneMatch,
    });
    if (input.ACL !== undefined) allow(deps, call, 's3:PutObjectAcl', bucket, key);
    // Comparing with what is there is reading it (S3 User Guide, "Conditional writes").
    if (input.IfMatch !== undefined) allow(deps, call, 's3:GetObject', bucket, key);
    describe.checkAcl(input.ACL);
    const body = bytesOf(input.Body);
    const given = describe.verifyBytes(input, body);
    const encryption = describe.encryptionOf(input, bucket);
    allowKey(deps, call, 'kms:GenerateDataKey', bucket, key, encryption);
    checkWrite(input, key, bucket.objects.get(key));
    const object = deps.store.put(bucket, key, {
      body,
      headers: describe.headersOf(input),
      metadata: describe.metadataOf(input.Metadata),
      encryption,
      ...(given && { checksum: { ...given, type: 'FULL_OBJECT' } }),
    });
    return {
      ETag: object.etag,
      ...describe.checksumOutput(object.checksum),
      ...describe.encryptionOutput(encryption),
    };
  };
