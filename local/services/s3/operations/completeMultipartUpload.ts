import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../../core/operation.ts';
import { checksum } from '../../../wire/checksums.ts';
import { allow, openBucket, type S3Deps } from '../access.ts';
import type { Part, StoredObject, Upload } from '../bucket.ts';
import { checkWrite } from '../conditions.ts';
import * as describe from '../describe.ts';
import { keyOf, only } from '../parameters.ts';
import { md5 } from '../store.ts';
import { openUpload } from './multipart.ts';

type Output = Omit<CompleteMultipartUploadCommandOutput, '$metadata'>;

/** All parts but the last have at least this (S3 User Guide, "Multipart upload limits"). */
const MIN_PART = 5 * 1_024 * 1_024;

export const completeMultipartUpload =
  (deps: S3Deps): Operation<CompleteMultipartUploadCommandInput, Output> =>
  async (call, input) => {
    only('CompleteMultipartUpload', input, [
      'Bucket',
      'Key',
      'UploadId',
      'MultipartUpload',
      'IfMatch',
      'IfNoneMatch',
      'ExpectedBucketOwner',
    ]);
    const key = keyOf(input);
    const bucket = openBucket(deps, call, input);
    allow(deps, call, 's3:PutObject', bucket, key, {
      's3:if-match': input.IfMatch,
      's3:if-none-match': input.IfNoneMatch,
    });
    if (input.IfMatch !== undefined) allow(deps, call, 's3:GetObject', bucket, key);
    const upload = openUpload(bucket, key, input.UploadId);
    const parts = partsOf(upload, input.MultipartUpload?.Parts ?? []);
    checkWrite(input, key, bucket.objects.get(key));
    const composite = compositeOf(upload, parts);
    const object = deps.store.put(bucket, key, {
      body: Buffer.concat(parts.map(({ body }) => body)),
      etag: `"${md5(Buffer.concat(parts.map(({ etag }) => Buffer.from(etag.slice(1, -1), 'hex'))))}-${parts.length}"`,
      headers: upload.headers,
      metadata: upload.metadata,
      encryption: upload.encryption,
      ...(composite && { checksum: composite }),
    });
    bucket.uploads.delete(upload.id);
    return {
      Bucket: bucket.name,
      Key: key,
      Location: `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${encodeURIComponent(key)}`,
      ETag: object.etag,
      ...describe.checksumOutput(object.checksum),
      ...describe.encryptionOutput(object.encryption),
    };
  };

/** The parts that the request lists, in its order. */
function partsOf(upload: Upload, listed: readonly CompletedPart[]): readonly Part[] {
  if (listed.length === 0)
    throw new AwsError('MalformedXML', 'You must specify at least one part', 400);
  const numbers = listed.map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.some((number, i) => number <= (numbers[i - 1] ?? 0)))
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.', 400);
  return listed.map((each, i) => {
    const number = each.PartNumber ?? 0;
    const part = upload.parts.get(number);
    if (!part || part.etag !== `"${(each.ETag ?? '').replaceAll('"', '')}"` || !sums(each, part))
      throw new AwsError(
        'InvalidPart',
        `Part ${number} could not be found or is another one.`,
        400,
      );
    if (i < listed.length - 1 && part.body.length < MIN_PART)
      throw new AwsError('EntityTooSmall', `Part ${number} is smaller than ${MIN_PART} bytes`, 400);
    return part;
  });
}

const sums = (listed: CompletedPart, part: Part): boolean =>
  describe.CHECKSUM_MEMBERS.every(
    (name) => listed[name] === undefined || listed[name] === part.checksum,
  );

/** The checksum of the parts' checksums, with their number. */
function compositeOf(upload: Upload, parts: readonly Part[]): StoredObject['checksum'] {
  const { algorithm } = upload;
  const values = parts.flatMap((part) => part.checksum ?? []);
  if (!algorithm || values.length < parts.length) return undefined;
  const all = Buffer.concat(values.map((value) => Buffer.from(value, 'base64')));
  return { algorithm, value: `${checksum(algorithm, all)}-${parts.length}`, type: 'COMPOSITE' };
}
