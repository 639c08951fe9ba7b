import { AwsError } from '../../core/operation.ts';
import {
  type Algorithm,
  algorithmOf,
  checksum,
  verifyChecksum,
  verifyMd5,
} from '../../wire/checksums.ts';
import type { Bucket, Encryption, Headers, StoredObject } from './bucket.ts';

/** Headers that are kept with an object and given back. */
export const HEADERS = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
] as const;

export function headersOf(input: { readonly [K in keyof Headers]?: string | undefined }): Headers {
  const headers: Record<string, string> = {};
  for (const name of HEADERS) {
    const value = input[name];
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

const MAX_METADATA = 2_048;

export function metadataOf(
  input: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const entries = Object.entries(input ?? {}).map(([key, value]) => [key.toLowerCase(), value]);
  const size = Buffer.byteLength(entries.flat().join(''));
  if (size > MAX_METADATA)
    throw new AwsError(
      'MetadataTooLarge',
      `Your metadata headers exceed ${MAX_METADATA} bytes: ${size}`,
    );
  return Object.fromEntries(entries);
}

interface EncryptionInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/** What the request asks for, else the bucket's default. */
export function encryptionOf(input: EncryptionInput, bucket: Bucket): Encryption {
  const algorithm = input.ServerSideEncryption;
  if (algorithm === undefined) return bucket.encryption;
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms')
    throw new AwsError(
      'InvalidArgument',
      `The encryption method ${algorithm} is not supported`,
      400,
    );
  return {
    algorithm,
    ...(input.SSEKMSKeyId !== undefined && { kmsKeyId: input.SSEKMSKeyId }),
    ...(input.BucketKeyEnabled !== undefined && { bucketKey: input.BucketKeyEnabled }),
  };
}

export const encryptionOutput = ({ algorithm, kmsKeyId, bucketKey }: Encryption) => ({
  ServerSideEncryption: algorithm,
  ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
  ...(bucketKey !== undefined && { BucketKeyEnabled: bucketKey }),
});

/** Condition keys by which policies demand or forbid how an object is written. */
export const writeKeys = (input: EncryptionInput & { readonly ACL?: string | undefined }) => ({
  's3:x-amz-acl': input.ACL,
  's3:x-amz-server-side-encryption': input.ServerSideEncryption,
  's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
});

/** ACLs are off in the bucket; this one says what holds anyway and is accepted all the same. */
export function checkAcl(acl: string | undefined): void {
  if (acl !== undefined && acl !== 'bucket-owner-full-control')
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
}

export interface ChecksumInput {
  readonly ContentMD5?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

const MEMBERS: readonly (readonly [Algorithm, Exclude<keyof ChecksumInput, 'ContentMD5'>])[] = [
  ['CRC32', 'ChecksumCRC32'],
  ['SHA1', 'ChecksumSHA1'],
  ['SHA256', 'ChecksumSHA256'],
];

export const CHECKSUM_MEMBERS = ['ChecksumCRC32', 'ChecksumSHA1', 'ChecksumSHA256'] as const;

/** Verifies what the request says about its bytes; returns the checksum it brought. */
export function verifyBytes(
  input: ChecksumInput & { readonly ChecksumAlgorithm?: string | undefined },
  body: Buffer,
): { readonly algorithm: Algorithm; readonly value: string } | undefined {
  if (input.ChecksumAlgorithm !== undefined) algorithmOf(input.ChecksumAlgorithm);
  verifyMd5(input.ContentMD5, body);
  for (const [algorithm, member] of MEMBERS) {
    const value = input[member];
    if (value === undefined) continue;
    verifyChecksum(algorithm, value, body);
    return { algorithm, value };
  }
  return undefined;
}

/** Of a whole object, by the algorithm that the request names. */
export function fullChecksum(name: string, body: Uint8Array) {
  const algorithm = algorithmOf(name);
  return { algorithm, value: checksum(algorithm, body), type: 'FULL_OBJECT' as const };
}

export const checksumOutput = (of: StoredObject['checksum']) =>
  of && { [`Checksum${of.algorithm}`]: of.value, ChecksumType: of.type };
