/** The results bucket, as the steps see it. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { parseJson } from '../../contract/problems.ts';

export interface Store {
  /** Reads an object that must be there: StoredObjectMissing, StoredObjectInvalid. */
  get<T>(schema: z.ZodType<T>, key: string): Promise<T>;
  /** Reads an object that may not be there. */
  find<T>(schema: z.ZodType<T>, key: string): Promise<T | undefined>;
  /** Reads JSON Lines; `undefined` when there is no such object. */
  findLines<T>(schema: z.ZodType<T>, key: string): Promise<T[] | undefined>;
  /** Reads JSON Lines one by one, whatever there are; `undefined` when there is no such object. */
  lines<T>(schema: z.ZodType<T>, key: string): Promise<AsyncIterable<T> | undefined>;
  /** Reads JSON Lines that must be there. */
  getLines<T>(schema: z.ZodType<T>, key: string): Promise<T[]>;
  /** The error for an object whose parts do not fit together. */
  invalid(key: string, what: string): FleetwideError;
  findText(key: string): Promise<string | undefined>;
  put(key: string, value: unknown): Promise<void>;
  putLines(key: string, values: readonly unknown[]): Promise<void>;
  putText(key: string, text: string, contentType: string): Promise<void>;
  /** Conditional put: false when the key exists already (nothing is overwritten). */
  putIfAbsent(key: string, value: unknown): Promise<boolean>;
  /** Keys that begin with `prefix`. */
  list(prefix: string): Promise<string[]>;
}

export function createStore(s3: Pick<S3Client, 'send'>, bucket: string): Store {
  const uri = (key: string) => `s3://${bucket}/${key}`;

  const read = async (key: string): Promise<string | undefined> => {
    try {
      return await (await open(key))?.transformToString('utf-8');
    } catch (error) {
      throw named(error, 's3:GetObject', bucket, uri(key));
    }
  };

  /** `undefined` where there is no such object. */
  const open = async (key: string) => {
    try {
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!answer.Body) throw new Error('an answer without a body');
      return answer.Body;
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return undefined;
      throw named(error, 's3:GetObject', bucket, uri(key));
    }
  };

  const write = async (
    key: string,
    body: string,
    contentType: string,
    onlyIfAbsent = false,
  ): Promise<boolean> => {
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          ...(onlyIfAbsent && { IfNoneMatch: '*' }),
        }),
      );
      return true;
    } catch (error) {
      if (onlyIfAbsent && nameOf(error) === 'PreconditionFailed') return false;
      throw named(error, 's3:PutObject', bucket, uri(key));
    }
  };

  const find = async <T>(schema: z.ZodType<T>, key: string): Promise<T | undefined> => {
    const text = await read(key);
    return text === undefined
      ? undefined
      : parseJson(schema, text, 'StoredObjectInvalid', uri(key));
  };

  const lines = async <T>(schema: z.ZodType<T>, key: string) => {
    const body = await open(key);
    if (!body) return undefined;
    if (!(body instanceof Readable)) throw new Error(`${uri(key)}: the answer is no stream`);
    return parsedLines(schema, body, uri(key));
  };

  const findLines = async <T>(schema: z.ZodType<T>, key: string): Promise<T[] | undefined> => {
    const text = await read(key);
    return text
      ?.split('\n')
      .filter((line) => line !== '')
      .map((line, i) =>
        parseJson(schema, line, 'StoredObjectInvalid', `${uri(key)}, line ${i + 1}`),
      );
  };

  return {
    find,
    findLines,
    lines,
    findText: read,
    async get(schema, key) {
      const value = await find(schema, key);
      if (value === undefined) throw new FleetwideError('StoredObjectMissing', uri(key));
      return value;
    },
    invalid: (key, what) => new FleetwideError('StoredObjectInvalid', `${uri(key)}: ${what}`),
    async getLines(schema, key) {
      const found = await findLines(schema, key);
      if (found === undefined) throw new FleetwideError('StoredObjectMissing', uri(key));
      return found;
    },
    async put(key, value) {
      await write(key, JSON.stringify(value), 'application/json');
    },
    async putLines(key, values) {
      await write(key, values.map((v) => `${JSON.stringify(v)}\n`).join(''), 'application/jsonl');
    },
    async putText(key, text, contentType) {
      await write(key, text, contentType);
    },
    putIfAbsent: (key, value) => write(key, JSON.stringify(value), 'application/json', true),
    async list(prefix) {
      const found: string[] = [];
      try {
        for (let token: string | undefined, first = true; first || token; first = false) {
          const page = await s3.send(
            new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
          );
          found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
          token = page.NextContinuationToken;
        }
      } catch (error) {
        throw named(error, 's3:ListBucket', bucket, uri(prefix));
      }
      return found;
    },
  };
}

async function* parsedLines<T>(
  schema: z.ZodType<T>,
  body: Readable,
  uri: string,
): AsyncGenerator<T> {
  let number = 0;
  for await (const line of createInterface({ input: body, crlfDelay: Infinity })) {
    number++;
    if (line !== '') yield parseJson(schema, line, 'StoredObjectInvalid', `${uri}, line ${number}`);
  }
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'AccountProblem',
]);

/** S3's errors → ours where a person can mend them; the others keep their name, and say what was tried. */
export function named(error: unknown, action: string, bucket: string, uri: string): unknown {
  const name = nameOf(error);
  if (name === 'NoSuchBucket')
    return new FleetwideError('ResultsBucketMissing', `bucket ${bucket}, wanted for ${uri}`);
  if (DENIED.has(name))
    return new FleetwideError('AccessDenied', `${action} on ${uri}: ${String(error)}`);
  if (error instanceof Error) error.message = `${action} on ${uri}: ${error.message}`;
  return error;
}
