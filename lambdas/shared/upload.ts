/** Objects of any length, written as they come: what is in memory does not grow with them. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

export interface Kept {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly contentType?: string;
}

/** In parts of 5 MiB, one at a time; what fits into one is put at once. */
export async function upload(
  client: S3Client,
  { bucket, key, contentType }: Place,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Kept> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted() {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const params = {
    Bucket: bucket,
    Key: key,
    Body: Readable.from(counted(), { objectMode: false }),
    ...(contentType !== undefined && { ContentType: contentType }),
  };
  await new Upload({ client, queueSize: 1, params }).done();
  return { bytes, sha256: hash.digest('hex') };
}

/** An object that is written piece by piece. It is there once `end` has resolved. */
export interface Writer {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  end(): Promise<void>;
}

export type OpenWriter = (key: string, contentType: string) => Writer;

export const createWriters =
  (client: S3Client, bucket: string): OpenWriter =>
  (key, contentType) => {
    const pipe = new PassThrough();
    const done = upload(client, { bucket, key, contentType }, pipe);
    // Whoever writes meets the failure there; that nobody waits for it here is no crash.
    done.catch((error: unknown) => pipe.destroy(asError(error)));
    return {
      async write(text) {
        if (!pipe.write(text)) await Promise.race([once(pipe, 'drain'), done]);
      },
      async end() {
        pipe.end();
        await done;
      },
    };
  };

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
