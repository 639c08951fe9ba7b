import type {
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { Call, Operation } from '../../../core/operation.ts';
import { allowKey, openBucket, openObject, type S3Deps } from '../access.ts';
import type { Headers, StoredObject } from '../bucket.ts';
import { checkRead } from '../conditions.ts';
import * as describe from '../describe.ts';
import { keyOf, only } from '../parameters.ts';
import { type Slice, sliceOf } from '../range.ts';

type HeadOutput = Omit<HeadObjectCommandOutput, '$metadata'>;
type GetOutput = Omit<GetObjectCommandOutput, '$metadata' | 'Body'> & { readonly Body: Uint8Array };

const KNOWN = [
  'Bucket',
  'Key',
  'Range',
  'IfMatch',
  'IfNoneMatch',
  'IfModifiedSince',
  'IfUnmodifiedSince',
  'ChecksumMode',
  'ExpectedBucketOwner',
  'ResponseCacheControl',
  'ResponseContentDisposition',
  'ResponseContentEncoding',
  'ResponseContentLanguage',
  'ResponseContentType',
] as const;

export const getObject =
  (deps: S3Deps): Operation<GetObjectCommandInput, GetOutput> =>
  async (call, input) => {
    only('GetObject', input, KNOWN);
    const { bucket, object, slice } = find(deps, call, input);
    allowKey(deps, call, 'kms:Decrypt', bucket, keyOf(input), object.encryption);
    const Body = slice ? object.body.subarray(slice.first, slice.last + 1) : object.body;
    return { ...outputOf(input, object, slice), Body };
  };

/** GetObject without the bytes; needs the same permission (S3 API Reference, HeadObject). */
export const headObject =
  (deps: S3Deps): Operation<HeadObjectCommandInput, HeadOutput> =>
  async (call, input) => {
    only('HeadObject', input, KNOWN);
    const { object, slice } = find(deps, call, input);
    return outputOf(input, object, slice);
  };

function find(deps: S3Deps, call: Call, input: HeadObjectCommandInput) {
  const bucket = openBucket(deps, call, input);
  const object = openObject(deps, call, bucket, keyOf(input));
  checkRead(input, object);
  return { bucket, object, slice: sliceOf(input.Range, object.body.length) };
}

function outputOf(
  input: HeadObjectCommandInput,
  object: StoredObject,
  slice: Slice | undefined,
): HeadOutput {
  const size = object.body.length;
  return {
    AcceptRanges: 'bytes',
    ContentLength: slice ? slice.last - slice.first + 1 : size,
    ...(slice && { ContentRange: `bytes ${slice.first}-${slice.last}/${size}` }),
    ETag: object.etag,
    LastModified: new Date(object.lastModified),
    Metadata: { ...object.metadata },
    // S3's default for an object that was stored without one.
    ContentType: 'binary/octet-stream',
    ...object.headers,
    ...overridden(input),
    ...describe.encryptionOutput(object.encryption),
    // A checksum is of the whole object: for a part of it it would only mislead.
    ...(input.ChecksumMode === 'ENABLED' && !slice && describe.checksumOutput(object.checksum)),
  };
}

/** `response-content-type=…` of a presigned URL. */
function overridden(input: HeadObjectCommandInput): Headers {
  return describe.headersOf({
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
  });
}
