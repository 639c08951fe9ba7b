import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../core/operation.ts';

export type Algorithm = 'CRC32' | 'SHA1' | 'SHA256';

const fourBytes = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

const DIGESTS: Readonly<Record<Algorithm, (data: Uint8Array) => Buffer>> = {
  CRC32: (data) => fourBytes(crc32(data)),
  SHA1: (data) => createHash('sha1').update(data).digest(),
  SHA256: (data) => createHash('sha256').update(data).digest(),
};

export const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(DIGESTS, name);

/** In base64, as headers carry it. */
export const checksum = (algorithm: Algorithm, data: Uint8Array): string =>
  DIGESTS[algorithm](data).toString('base64');

/** Throws for an algorithm that is not computed here: an unverified checksum would be a lie. */
export function algorithmOf(name: string): Algorithm {
  if (isAlgorithm(name)) return name;
  throw new AwsError(
    'NotImplemented',
    `The embedded AWS does not implement the checksum algorithm ${name}; use CRC32, SHA1 or SHA256`,
    501,
  );
}

/** Throws BadDigest unless the data has this checksum. */
export function verifyChecksum(algorithm: Algorithm, expected: string, data: Uint8Array): void {
  if (checksum(algorithm, data) !== expected)
    throw new AwsError(
      'BadDigest',
      `The ${algorithm} you specified did not match the calculated checksum.`,
      400,
    );
}

export function verifyMd5(expected: string | undefined, data: Uint8Array): void {
  if (expected !== undefined && createHash('md5').update(data).digest('base64') !== expected)
    throw new AwsError(
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
      400,
    );
}
