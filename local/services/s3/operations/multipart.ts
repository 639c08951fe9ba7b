import type {
  AbortMultipartUploadCommandInput,
  AbortMultipartUploadCommandOutput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
  UploadPartCommandInput,
  UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../../core/operation.ts';
import { algorithmOf } from '../../../wire/checksums.ts';
import { allow, allowKey, openBucket, type S3Deps } from '../access.ts';
import type { Bucket, Upload } from '../bucket.ts';
import * as describe from '../describe.ts';
import { bytesOf, keyOf, only } from '../parameters.ts';
import { md5 } from '../store.ts';

type Without<T> = Omit<T, '$metadata'>;

export const createMultipartUpload =
  (
    deps: S3Deps,
  ): Operation<CreateMultipartUploadCommandInput, Without<CreateMultipartUploadCommandOutput>> =>
  async (call, input) => {
    only('CreateMultipartUpload', input, [
      'Bucket',
      'Key',
      'ACL',
      'ChecksumAlgorithm',
      'Metadata',
      'ServerSideEncryption',
      'SSEKMSKeyId',
      'BucketKeyEnabled',
      'ExpectedBucketOwner',
      ...describe.HEADERS,
    ]);
    const key = keyOf(input);
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:PutObject', bucket, key, describe.writeKeys(input));
    if (input.ACL !== undefined) allow(deps, call, 's3:PutObjectAcl', bucket, key);
    describe.checkAcl(input.ACL);
    const encryption = describe.encryptionOf(input, bucket);
    allowKey(deps, call, 'kms:GenerateDataKey', bucket, key, encryption);
    const algorithm =
      input.ChecksumAlgorithm === undefined ? undefined : algorithmOf(input.ChecksumAlgorithm);
    const upload: Upload = {
      id: deps.store.newUploadId(),
      key,
      headers: describe.headersOf(input),
      metadata: describe.metadataOf(input.Metadata),
      encryption,
      algorithm,
      parts: new Map(),
    };
    bucket.uploads.set(upload.id, upload);
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.id,
      ...describe.encryptionOutput(upload.encryption),
      ...(algorithm && { ChecksumAlgorithm: algorithm, ChecksumType: 'COMPOSITE' }),
    };
  };

export function openUpload(bucket: Bucket, key: string, id: string | undefined): Upload {
  const upload = bucket.uploads.get(id ?? '');
  if (upload?.key === key) return upload;
  throw new AwsError(
    'NoSuchUpload',
    `The specified multipart upload does not exist: ${id}. It may have been aborted or completed.`,
    404,
  );
}

const MAX_PARTS = 10_000;

export const uploadPart =
  (deps: S3Deps): Operation<UploadPartCommandInput, Without<UploadPartCommandOutput>> =>
  async (call, input) => {
    only('UploadPart', input, [
      'Bucket',
      'Key',
      'Body',
      'PartNumber',
      'UploadId',
      'ContentLength',
      'ContentMD5',
      'ChecksumAlgorithm',
      'ExpectedBucketOwner',
      ...describe.CHECKSUM_MEMBERS,
    ]);
    const key = keyOf(input);
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:PutObject', bucket, key);
    const upload = openUpload(bucket, key, input.UploadId);
    // Parts are put together by decrypting them (S3 User Guide, "Multipart upload API and permissions").
    allowKey(deps, call, 'kms:Decrypt', bucket, key, upload.encryption);
    const number = input.PartNumber ?? 0;
    if (number < 1 || number > MAX_PARTS)
      throw new AwsError(
        'InvalidArgument',
        `Part number must be 1..${MAX_PARTS}, not ${number}`,
        400,
      );
    const body = bytesOf(input.Body);
    const given = describe.verifyBytes(input, body);
    const etag = `"${md5(body)}"`;
    upload.parts.set(number, { body, etag, ...(given && { checksum: given.value }) });
    return {
      ETag: etag,
      ...(given && { [`Checksum${given.algorithm}`]: given.value }),
      ...describe.encryptionOutput(upload.encryption),
    };
  };

export const abortMultipartUpload =
  (
    deps: S3Deps,
  ): Operation<AbortMultipartUploadCommandInput, Without<AbortMultipartUploadCommandOutput>> =>
  async (call, input) => {
    only('AbortMultipartUpload', input, ['Bucket', 'Key', 'UploadId', 'ExpectedBucketOwner']);
    const key = keyOf(input);
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:AbortMultipartUpload', bucket, key);
    bucket.uploads.delete(openUpload(bucket, key, input.UploadId).id);
    return {};
  };
