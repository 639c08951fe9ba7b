import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { AwsError, type Operation } from '../../../core/operation.ts';
import { allow, openBucket, type S3Deps } from '../access.ts';
import type { Bucket } from '../bucket.ts';
import { only } from '../parameters.ts';

type Output = Omit<ListObjectsV2CommandOutput, '$metadata'>;

const KNOWN = [
  'Bucket',
  'Prefix',
  'Delimiter',
  'MaxKeys',
  'StartAfter',
  'ContinuationToken',
  'EncodingType',
  'ExpectedBucketOwner',
] as const;

const PAGE = 1_000;

export const listObjectsV2 =
  (deps: S3Deps): Operation<ListObjectsV2CommandInput, Output> =>
  async (call, input) => {
    only('ListObjectsV2', input, KNOWN);
    const bucket = openBucket(deps, call, input);
    const { Prefix = '', Delimiter, StartAfter, ContinuationToken, EncodingType } = input;
    const size = Math.min(input.MaxKeys ?? PAGE, PAGE);
    allow(deps, call, 's3:ListBucket', bucket, undefined, {
      's3:prefix': input.Prefix,
      's3:delimiter': Delimiter,
      's3:max-keys': input.MaxKeys === undefined ? undefined : String(input.MaxKeys),
    });
    const text = EncodingType === 'url' ? encode : same;
    const page = collect(bucket, Prefix, Delimiter, startOf(input), size);
    return {
      Name: bucket.name,
      Prefix: text(Prefix),
      MaxKeys: size,
      KeyCount: page.entries.length,
      IsTruncated: page.next !== undefined,
      ...(Delimiter !== undefined && { Delimiter: text(Delimiter) }),
      ...(EncodingType !== undefined && { EncodingType }),
      ...(StartAfter !== undefined && { StartAfter: text(StartAfter) }),
      ...(ContinuationToken !== undefined && { ContinuationToken }),
      ...(page.next !== undefined && { NextContinuationToken: page.next }),
      Contents: page.entries.flatMap((entry) =>
        entry.kind === 'prefix' ? [] : contentOf(bucket, entry.text, text),
      ),
      CommonPrefixes: page.entries.flatMap((entry) =>
        entry.kind === 'prefix' ? [{ Prefix: text(entry.text) }] : [],
      ),
    };
  };

const same = (text: string) => text;
const encode = (text: string) => encodeURIComponent(text).replaceAll('%2F', '/');

interface Entry {
  readonly kind: 'key' | 'prefix';
  readonly text: string;
}

/** Where the page begins: after a key, or after all keys of a common prefix. */
function startOf({ ContinuationToken, StartAfter = '' }: ListObjectsV2CommandInput): Entry {
  if (ContinuationToken === undefined) return { kind: 'key', text: StartAfter };
  const [, kind, text] =
    /^(key|prefix):(.*)$/s.exec(Buffer.from(ContinuationToken, 'base64url').toString('utf8')) ?? [];
  if (text === undefined)
    throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect', 400);
  return { kind: kind === 'prefix' ? 'prefix' : 'key', text };
}

function collect(
  bucket: Bucket,
  prefix: string,
  delimiter: string | undefined,
  start: Entry,
  size: number,
): { readonly entries: readonly Entry[]; readonly next: string | undefined } {
  const entries: Entry[] = [];
  let last = start;
  for (const key of bucket.objects.keys(prefix, start.text)) {
    if (last.kind === 'prefix' && key.startsWith(last.text)) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const entry: Entry =
      end < 0
        ? { kind: 'key', text: key }
        : { kind: 'prefix', text: key.slice(0, end + (delimiter?.length ?? 0)) };
    if (entries.length === size) return { entries, next: size === 0 ? undefined : token(last) };
    entries.push(entry);
    last = entry;
  }
  return { entries, next: undefined };
}

const token = ({ kind, text }: Entry) => Buffer.from(`${kind}:${text}`).toString('base64url');

function contentOf(bucket: Bucket, key: string, text: (key: string) => string) {
  const object = bucket.objects.get(key);
  if (!object) return [];
  const { etag, lastModified, body } = object;
  return [
    {
      Key: text(key),
      LastModified: new Date(lastModified),
      ETag: etag,
      Size: body.length,
      StorageClass: 'STANDARD' as const,
    },
  ];
}
