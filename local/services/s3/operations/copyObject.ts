import type { CopyObjectCommandInput, CopyObjectCommandOutput } from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../../core/operation.ts';
import { allow, allowKey, openBucket, openObject, type S3Deps } from '../access.ts';
import type { StoredObject } from '../bucket.ts';
import { checkRead, checkWrite } from '../conditions.ts';
import * as describe from '../describe.ts';
import { keyOf, only } from '../parameters.ts';

type Output = Omit<CopyObjectCommandOutput, '$metadata'>;

export const copyObject =
  (deps: S3Deps): Operation<CopyObjectCommandInput, Output> =>
  async (call, input) => {
    only('CopyObject', input, [
      'Bucket',
      'Key',
      'CopySource',
      'CopySourceIfMatch',
      'IfNoneMatch',
      'ACL',
      'MetadataDirective',
      'TaggingDirective',
      'Metadata',
      'ServerSideEncryption',
      'SSEKMSKeyId',
      'BucketKeyEnabled',
      'ChecksumAlgorithm',
      'ExpectedBucketOwner',
      ...describe.HEADERS,
    ]);
    const key = keyOf(input);
    const source = sourceOf(input.CopySource ?? '');
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:PutObject', bucket, key, {
      ...describe.writeKeys(input),
      's3:x-amz-copy-source': `${source.bucket}/${source.key}`,
      's3:x-amz-metadata-directive': input.MetadataDirective,
      's3:if-none-match': input.IfNoneMatch,
    });
    if (input.ACL !== undefined) allow(deps, call, 's3:PutObjectAcl', bucket, key);
    describe.checkAcl(input.ACL);
    // S3 copies across Regions; the source is looked up where it is.
    const region = deps.store.bucket(source.bucket)?.region ?? call.region;
    const from = openBucket(deps, { ...call, region }, { Bucket: source.bucket });
    const original = openObject(deps, call, from, source.key);
    allowKey(deps, call, 'kms:Decrypt', from, source.key, original.encryption);
    const encryption = describe.encryptionOf(input, bucket);
    allowKey(deps, call, 'kms:GenerateDataKey', bucket, key, encryption);
    if (input.CopySourceIfMatch !== undefined)
      checkRead({ IfMatch: input.CopySourceIfMatch }, original);
    checkWrite({ IfNoneMatch: input.IfNoneMatch }, key, bucket.objects.get(key));
    const replace = input.MetadataDirective === 'REPLACE';
    if (!replace && from === bucket && source.key === key)
      throw new AwsError(
        'InvalidRequest',
        'This copy request is illegal because it is trying to copy an object to itself without changing it.',
        400,
      );
    const object = deps.store.put(bucket, key, {
      body: original.body,
      headers: replace ? describe.headersOf(input) : original.headers,
      metadata: replace ? describe.metadataOf(input.Metadata) : original.metadata,
      encryption,
      ...checksumFor(input.ChecksumAlgorithm, original),
    });
    return {
      CopyObjectResult: {
        ETag: object.etag,
        LastModified: new Date(object.lastModified),
        ...describe.checksumOutput(object.checksum),
      },
      ...describe.encryptionOutput(object.encryption),
    };
  };

/** A copy is one part: its checksum is of the whole object (S3 User Guide, "Checking object integrity"). */
const checksumFor = (
  algorithm: string | undefined,
  { body, checksum }: Pick<StoredObject, 'body' | 'checksum'>,
): Pick<StoredObject, 'checksum'> => {
  if (algorithm !== undefined) return { checksum: describe.fullChecksum(algorithm, body) };
  return checksum?.type === 'FULL_OBJECT' ? { checksum } : {};
};

/** `bucket/key`, percent-encoded, with or without a slash before it. */
function sourceOf(text: string): { readonly bucket: string; readonly key: string } {
  if (text.includes('?versionId='))
    throw new AwsError(
      'NotImplemented',
      'The embedded AWS does not implement object versions',
      501,
    );
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(text)) ?? [];
  if (bucket === undefined || key === undefined)
    throw new AwsError('InvalidArgument', `Invalid copy source: ${text}`, 400);
  return { bucket, key };
}
