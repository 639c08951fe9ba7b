/** Objects of the results bucket that several dispatches write: each write only onto what was read. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { parseJson } from '../../contract/problems.ts';
import { named, nameOf } from './store.ts';

export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

export interface Leases {
  find<T>(schema: z.ZodType<T>, key: string): Promise<Versioned<T> | undefined>;
  /** False when the object is another one by now (or, without `etag`, when there is one). */
  put(key: string, value: unknown, etag: string | undefined): Promise<boolean>;
}

/** What S3 answers when somebody else was faster (User Guide, "Conditional writes"). */
const LOST: ReadonlySet<string> = new Set([
  'PreconditionFailed',
  'ConditionalRequestConflict',
  'NoSuchKey',
]);

export function createLeases(s3: Pick<S3Client, 'send'>, bucket: string): Leases {
  const uri = (key: string) => `s3://${bucket}/${key}`;
  return {
    async find(schema, key) {
      try {
        const { Body, ETag = '' } = await s3.send(
          new GetObjectCommand({ Bucket: bucket, Key: key }),
        );
        const text = (await Body?.transformToString('utf-8')) ?? '';
        return { value: parseJson(schema, text, 'StoredObjectInvalid', uri(key)), etag: ETag };
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') return undefined;
        throw named(error, 's3:GetObject', bucket, uri(key));
      }
    },
    async put(key, value, etag) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: JSON.stringify(value),
            ContentType: 'application/json',
            ...(etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }),
          }),
        );
        return true;
      } catch (error) {
        if (LOST.has(nameOf(error))) return false;
        throw named(error, 's3:PutObject', bucket, uri(key));
      }
    },
  };
}
