import * as s3 from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { allow, errorOf, HUB, openWorld, REGION } from '../wire/world.ts';

const Bucket = 'results';
let world: Awaited<ReturnType<typeof openWorld>>;
let client: s3.S3Client;
beforeAll(async () => {
  world = await openWorld();
  world.store.putBucket({ name: Bucket, account: HUB, region: REGION });
  client = new s3.S3Client(world.user(HUB, 'ann', allow('s3:*', '*')));
});
beforeEach(() => {
  const bucket = world.store.bucket(Bucket);
  for (const key of world.store.list(Bucket)) bucket?.objects.delete(key);
});
afterAll(() => world.endpoint.close());

const put = (
  Key: string,
  Body: NonNullable<s3.PutObjectCommandInput['Body']>,
  more: Partial<s3.PutObjectCommandInput> = {},
) => client.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: Partial<s3.GetObjectCommandInput> = {}) =>
  client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }));
const text = async (output: Promise<s3.GetObjectCommandOutput>) =>
  (await output).Body?.transformToString();

describe('put and get', () => {
  test('bytes, type, metadata, etag, checksum', async () => {
    const stored = await put('a/ü +b&c', 'text', {
      ContentType: 'text/plain',
      Metadata: { Run: 'r-1' },
      CacheControl: 'no-store',
    });
    expect(stored).toMatchObject({
      ETag: '"1cb251ec0d568de6a929b520c4aed8d1"',
      ChecksumCRC32: 'O4unxw==',
      ServerSideEncryption: 'AES256',
    });
    const output = await get('a/ü +b&c', { ChecksumMode: 'ENABLED' });
    expect(output).toMatchObject({
      ContentType: 'text/plain',
      ContentLength: 4,
      Metadata: { run: 'r-1' },
      CacheControl: 'no-store',
      ETag: stored.ETag,
      ChecksumCRC32: 'O4unxw==',
    });
    expect(await output.Body?.transformToString()).toBe('text');
    expect(world.store.list(Bucket)).toEqual(['a/ü +b&c']);
  });

  test('a stream comes in chunks with a trailer, and is stored without them', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
    const stream = Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
    await put('stream', stream, { ContentLength: bytes.length });
    expect(world.store.read(Bucket, 'stream')?.equals(bytes)).toBe(true);
  });

  test('an empty object', async () => {
    await put('empty', '', { ContentLength: 0 });
    expect(await text(get('empty'))).toBe('');
  });

  test.each([
    ['bytes=0-2', 'abc', 'bytes 0-2/10'],
    ['bytes=7-', 'hij', 'bytes 7-9/10'],
    ['bytes=-2', 'ij', 'bytes 8-9/10'],
    ['bytes=8-99', 'ij', 'bytes 8-9/10'],
  ])('range %s', async (Range, expected, ContentRange) => {
    await put('k', 'abcdefghij');
    const output = await get('k', { Range });
    expect(output).toMatchObject({ ContentRange, $metadata: { httpStatusCode: 206 } });
    expect(await output.Body?.transformToString()).toBe(expected);
  });

  test('ranges that are none, too far, or several', async () => {
    await put('k', 'abc');
    expect(await text(get('k', { Range: 'chars=0-1' }))).toBe('abc');
    expect((await errorOf(get('k', { Range: 'bytes=3-' }))).name).toBe('InvalidRange');
    expect((await errorOf(get('k', { Range: 'bytes=0-0,2-2' }))).name).toBe('NotImplemented');
  });

  test('head', async () => {
    await put('k', 'abc', { Metadata: { a: 'b' } });
    const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(head).toMatchObject({
      ContentLength: 3,
      Metadata: { a: 'b' },
      ContentType: 'application/octet-stream',
    });
    const missing = client.send(new s3.HeadObjectCommand({ Bucket, Key: 'none' }));
    expect(await errorOf(missing)).toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('missing key and bucket', async () => {
    expect(await errorOf(get('none'))).toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
    expect((await errorOf(get('k', { Bucket: 'no-such-bucket' }))).name).toBe('NoSuchBucket');
  });

  test('headers overridden by the request', async () => {
    await put('k', 'abc');
    const output = await get('k', {
      ResponseContentType: 'text/html',
      ResponseContentDisposition: 'attachment',
    });
    expect(output).toMatchObject({ ContentType: 'text/html', ContentDisposition: 'attachment' });
  });

  test('checksums: verified or refused by name', async () => {
    await put('sha', 'x', { ChecksumAlgorithm: 'SHA256' });
    expect((await get('sha', { ChecksumMode: 'ENABLED' })).ChecksumSHA256).toBe(
      'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=',
    );
    expect((await errorOf(put('k', 'x', { ChecksumCRC32: 'AAAAAA==' }))).name).toBe('BadDigest');
    expect((await errorOf(put('k', 'x', { ContentMD5: 'AAAA' }))).name).toBe('BadDigest');
    const error = await errorOf(put('k', 'x', { ChecksumCRC32C: 'AAAAAA==' }));
    expect(error).toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('ChecksumCRC32C of s3:PutObject'),
    });
  });

  test('parameters and headers that are not implemented are named', async () => {
    expect((await errorOf(put('k', 'x', { Tagging: 'a=b' }))).message).toContain(
      'Tagging of s3:PutObject',
    );
    expect((await errorOf(get('k', { VersionId: 'v' }))).message).toContain(
      'VersionId of s3:GetObject',
    );
    const acl = client.send(new s3.GetObjectAclCommand({ Bucket, Key: 'k' }));
    expect((await errorOf(acl)).message).toContain('s3:GetObjectAcl');
    const { url } = world.endpoint;
    expect(await (await fetch(`${url}/${Bucket}/k?foo=1`)).text()).toContain('?foo of GetObject');
    const header = await fetch(`${url}/${Bucket}/k`, { headers: { 'x-amz-foo': '1' } });
    expect(await header.text()).toContain('x-amz-foo of GetObject');
  });

  test('too long keys, too much metadata, ACLs', async () => {
    expect((await errorOf(put('k'.repeat(1_025), 'x'))).name).toBe('KeyTooLongError');
    expect((await errorOf(put('k', 'x', { Metadata: { a: 'b'.repeat(2_048) } }))).name).toBe(
      'MetadataTooLarge',
    );
    expect((await errorOf(put('k', 'x', { ACL: 'public-read' }))).name).toBe(
      'AccessControlListNotSupported',
    );
    await put('k', 'x', { ACL: 'bucket-owner-full-control' });
  });
});

describe('conditions', () => {
  test('If-None-Match: * writes once', async () => {
    await put('intent', 'first', { IfNoneMatch: '*' });
    const error = await errorOf(put('intent', 'second', { IfNoneMatch: '*' }));
    expect(error).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    expect(await text(get('intent'))).toBe('first');
  });

  test('If-Match writes over what was read', async () => {
    const { ETag = '' } = await put('k', '1');
    expect((await errorOf(put('other', 'x', { IfMatch: ETag }))).name).toBe('NoSuchKey');
    await put('k', '2', { IfMatch: ETag });
    expect((await errorOf(put('k', '3', { IfMatch: ETag }))).name).toBe('PreconditionFailed');
  });

  test('reading', async () => {
    const { ETag = '' } = await put('k', '1');
    await text(get('k', { IfMatch: ETag }));
    expect((await errorOf(get('k', { IfMatch: '"x"' }))).name).toBe('PreconditionFailed');
    expect(await errorOf(get('k', { IfNoneMatch: ETag }))).toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    const later = new Date(Date.now() + 60_000);
    expect(await errorOf(get('k', { IfModifiedSince: later }))).toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    expect((await errorOf(get('k', { IfUnmodifiedSince: new Date(0) }))).name).toBe(
      'PreconditionFailed',
    );
  });
});

describe('delete', () => {
  test('one, also when it is not there', async () => {
    await put('k', 'x');
    for (let i = 0; i < 2; i++) {
      const output = await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'k' }));
      expect(output.$metadata.httpStatusCode).toBe(204);
    }
    expect(world.store.list(Bucket)).toEqual([]);
  });

  test('many, each with its own permission', async () => {
    for (const key of ['a', 'b', 'c&d']) await put(key, 'x');
    const bob = new s3.S3Client(
      world.user(
        HUB,
        'bob',
        allow('s3:DeleteObject', ['arn:aws:s3:::results/a', 'arn:aws:s3:::results/c*']),
      ),
    );
    const Objects = [{ Key: 'a' }, { Key: 'b' }, { Key: 'c&d' }];
    const output = await bob.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(output.Deleted).toEqual([{ Key: 'a' }, { Key: 'c&d' }]);
    expect(output.Errors).toEqual([expect.objectContaining({ Key: 'b', Code: 'AccessDenied' })]);
    expect(world.store.list(Bucket)).toEqual(['b']);
    const quiet = new s3.DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key: 'b' }], Quiet: true },
    });
    expect((await client.send(quiet)).Deleted).toBeUndefined();
  });
});

describe('list', () => {
  const list = (more: Partial<s3.ListObjectsV2CommandInput> = {}) =>
    client.send(new s3.ListObjectsV2Command({ Bucket, ...more }));
  const keysOf = (output: s3.ListObjectsV2CommandOutput) =>
    output.Contents?.map(({ Key }) => Key) ?? [];
  const prefixesOf = (output: s3.ListObjectsV2CommandOutput) =>
    output.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [];
  beforeEach(() => {
    for (const key of ['b/2', 'a', 'b/1', 'b/c/3', 'd', 'B', '\u{1F600}', '\uFF5E'])
      world.store.write(Bucket, key, key);
  });

  test('in UTF-8 order, with size and etag', async () => {
    const output = await list();
    expect(keysOf(output)).toEqual(['B', 'a', 'b/1', 'b/2', 'b/c/3', 'd', '\uFF5E', '\u{1F600}']);
    expect(output).toMatchObject({ KeyCount: 8, IsTruncated: false, Name: Bucket });
    expect(output.Contents?.[1]).toMatchObject({
      Size: 1,
      ETag: '"0cc175b9c0f1b6a831c399e269772661"',
      StorageClass: 'STANDARD',
    });
  });

  test('prefix and delimiter', async () => {
    expect(keysOf(await list({ Prefix: 'b/' }))).toEqual(['b/1', 'b/2', 'b/c/3']);
    const top = await list({ Delimiter: '/', StartAfter: 'B' });
    expect(keysOf(top)).toEqual(['a', 'd', '\uFF5E', '\u{1F600}']);
    expect(prefixesOf(top)).toEqual(['b/']);
    const inner = await list({ Delimiter: '/', Prefix: 'b/' });
    expect([keysOf(inner), prefixesOf(inner)]).toEqual([['b/1', 'b/2'], ['b/c/']]);
    expect(keysOf(await list({ Prefix: 'x' }))).toEqual([]);
  });

  test.each([1, 2, 3, 5, 1_000])('pages of %i give each entry once', async (MaxKeys) => {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await list({
        MaxKeys,
        Delimiter: '/',
        ...(ContinuationToken && { ContinuationToken }),
      });
      const entries = [...keysOf(page), ...prefixesOf(page)];
      expect(entries.length).toBeLessThanOrEqual(MaxKeys);
      expect(page.KeyCount).toBe(entries.length);
      found.push(...entries.map((key) => key ?? ''));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(found.toSorted()).toEqual(['B', 'a', 'b/', 'd', '\uFF5E', '\u{1F600}'].toSorted());
  });

  test('start-after, url encoding, wrong token', async () => {
    expect(keysOf(await list({ StartAfter: 'b/1', MaxKeys: 2 }))).toEqual(['b/2', 'b/c/3']);
    expect(keysOf(await list({ StartAfter: 'a', Prefix: 'b/c' }))).toEqual(['b/c/3']);
    expect(keysOf(await list({ StartAfter: 'c', Prefix: 'b/' }))).toEqual([]);
    world.store.write(Bucket, 'e/ü x', 'x');
    expect(keysOf(await list({ Prefix: 'e/', EncodingType: 'url' }))).toEqual(['e/%C3%BC%20x']);
    expect((await errorOf(list({ ContinuationToken: 'x' }))).name).toBe('InvalidArgument');
  });
});

test('copy: with its metadata, or with new ones', async () => {
  await put('from/ü', 'abc', { ContentType: 'text/plain', Metadata: { a: '1' } });
  const CopySource = `${Bucket}/${encodeURIComponent('from/ü')}`;
  const copy = (Key: string, more: Partial<s3.CopyObjectCommandInput> = {}) =>
    client.send(new s3.CopyObjectCommand({ Bucket, Key, CopySource, ...more }));
  expect((await copy('to')).CopyObjectResult?.ETag).toBe('"900150983cd24fb0d6963f7d28e17f72"');
  expect(await get('to')).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });
  await copy('to', { MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
  expect((await get('to')).Metadata).toEqual({ b: '2' });
  expect((await errorOf(copy('from/ü'))).name).toBe('InvalidRequest');
  expect((await errorOf(copy('to', { CopySource: `${Bucket}/none` }))).name).toBe('NoSuchKey');
});

describe('multipart', () => {
  const Key = 'big';
  const MB5 = 5 * 1_024 * 1_024;
  const create = async (more: Partial<s3.CreateMultipartUploadCommandInput> = {}) =>
    (await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId ??
    '';
  const part = (UploadId: string, PartNumber: number, Body: Buffer) =>
    client.send(new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  const complete = (
    UploadId: string,
    Parts: s3.CompletedPart[],
    more: Partial<s3.CompleteMultipartUploadCommandInput> = {},
  ) =>
    client.send(
      new s3.CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts },
        ...more,
      }),
    );

  test('parts in any order, put together as listed', async () => {
    const UploadId = await create({
      ContentType: 'text/plain',
      ChecksumAlgorithm: 'CRC32',
      Metadata: { a: 'b' },
    });
    const second = await part(UploadId, 2, Buffer.from('tail'));
    const first = await part(UploadId, 1, Buffer.alloc(MB5, 'a'));
    const listed = [first, second].map(({ ETag, ChecksumCRC32 }, i) => ({
      PartNumber: i + 1,
      ETag,
      ChecksumCRC32,
    }));
    const output = await complete(UploadId, listed);
    expect(output.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(output.ChecksumCRC32).toMatch(/-2$/);
    const body = world.store.read(Bucket, Key);
    expect(body?.length).toBe(MB5 + 4);
    expect(body?.toString('utf8', MB5)).toBe('tail');
    expect(await get(Key, { Range: 'bytes=-4' })).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { a: 'b' },
    });
    expect((await errorOf(complete(UploadId, listed))).name).toBe('NoSuchUpload');
  });

  test('what is wrong is named', async () => {
    const UploadId = await create();
    const small = await part(UploadId, 1, Buffer.from('a'));
    const { ETag = '' } = small;
    await part(UploadId, 2, Buffer.from('a'));
    const both = [
      { PartNumber: 1, ETag },
      { PartNumber: 2, ETag },
    ];
    expect((await errorOf(complete(UploadId, both))).name).toBe('EntityTooSmall');
    expect((await errorOf(complete(UploadId, both.toReversed()))).name).toBe('InvalidPartOrder');
    expect((await errorOf(complete(UploadId, [{ PartNumber: 3, ETag }]))).name).toBe('InvalidPart');
    expect((await errorOf(complete(UploadId, [{ PartNumber: 1, ETag: '"x"' }]))).name).toBe(
      'InvalidPart',
    );
    expect((await errorOf(part(UploadId, 10_001, Buffer.from('a')))).name).toBe('InvalidArgument');
    expect((await errorOf(part('other', 1, Buffer.from('a')))).name).toBe('NoSuchUpload');
    world.store.write(Bucket, Key, 'there');
    const once = complete(UploadId, [{ PartNumber: 1, ETag }], { IfNoneMatch: '*' });
    expect((await errorOf(once)).name).toBe('PreconditionFailed');
  });

  test('abort', async () => {
    const UploadId = await create();
    const abort = () => client.send(new s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    await abort();
    expect((await errorOf(abort())).name).toBe('NoSuchUpload');
  });
});
