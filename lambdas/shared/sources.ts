/** Objects of S3 that a request takes to the nodes, as the hub reads them. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { placeOf } from '../../contract/actions/object.ts';
import { FleetwideError } from '../../contract/errors.ts';

export interface Source {
  readonly uri: string;
  /** Of exactly these bytes: a copy made on this condition is a copy of them. */
  readonly etag: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface Sources {
  /** Reads the object to its end, a piece at a time; throws SourceUnreadable. */
  look(uri: string): Promise<Source>;
  /** Whether the object is still those bytes. */
  isStill(source: Source): Promise<boolean>;
}

/** Most that one call of CopyObject takes (S3 API Reference, CopyObject). */
const MOST_BYTES = 5 * 1024 ** 3;

export const createSources = (s3: Pick<S3Client, 'send'>): Sources => ({
  async look(uri) {
    const { bucket, key } = placeOf(uri);
    const unreadable = (why: string) => new FleetwideError('SourceUnreadable', `${uri}: ${why}`);
    const answer = await s3
      .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      .catch((error: unknown) => {
        const name = error instanceof Error ? error.name : '';
        if (FINAL.has(name)) throw unreadable(String(error));
        throw error;
      });
    const { Body, ETag, ContentLength = 0 } = answer;
    if (ContentLength > MOST_BYTES)
      throw unreadable(`it has ${ContentLength} bytes, more than the ${MOST_BYTES} of one copy`);
    if (!(Body instanceof Readable) || ETag === undefined)
      throw new FleetwideError('UnexpectedAnswer', `s3:GetObject of ${uri}: no body or no ETag`);
    const hash = createHash('sha256');
    let bytes = 0;
    await pipeline(Body, async (pieces: AsyncIterable<Uint8Array>) => {
      for await (const piece of pieces) {
        hash.update(piece);
        bytes += piece.length;
      }
    });
    return { uri, etag: ETag, sha256: hash.digest('hex'), bytes };
  },
  async isStill({ uri, etag }) {
    const { bucket, key } = placeOf(uri);
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return ETag === etag;
  },
});

/** What a person has to mend; the rest passes, or is trouble of the step. */
const FINAL: ReadonlySet<string> = new Set([
  'NoSuchKey',
  'NoSuchBucket',
  'AccessDenied',
  'AllAccessDisabled',
  'InvalidObjectState',
]);
