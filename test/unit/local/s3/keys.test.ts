/** Buckets with a KMS key: S3 asks for it in the caller's name. */
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Statement } from '../../../../local/core/policy.ts';
import { allow, errorOf, HUB, openWorld, policy, REGION, SPOKE } from '../wire/world.ts';

const Bucket = 'sealed';
const KEY = `arn:aws:kms:${REGION}:${HUB}:key/1`;
const GONE = `arn:aws:kms:${REGION}:${HUB}:key/2`;
const USE = ['kms:Decrypt', 'kms:GenerateDataKey'];

const key = (bucket: string) =>
  policy(
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${HUB}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${SPOKE}:root` },
      Action: USE,
      Resource: '*',
      Condition: {
        StringEquals: {
          'kms:ViaService': `s3.${REGION}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${bucket}`,
        },
      },
    },
  );

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld({ keys: { [KEY]: key(Bucket) } });
  const open: Statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${SPOKE}:root` },
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: '*',
  };
  for (const [name, kmsKeyId, bucketKey] of [
    [Bucket, KEY, true],
    ['other', KEY, true],
    ['by-object', KEY, false],
    ['lost', GONE, true],
  ] as const) {
    world.store.putBucket({
      name,
      account: HUB,
      region: REGION,
      encryption: { algorithm: 'aws:kms', kmsKeyId, bucketKey },
      policy: policy({ ...open, Resource: `arn:aws:s3:::${name}/*` }),
    });
    world.store.write(name, 'k', 'sealed');
  }
});
afterAll(() => world.endpoint.close());

let users = 0;
const client = (account: string, ...statements: readonly Statement[]) =>
  new s3.S3Client(world.user(account, `u${++users}`, ...statements));
const objects = allow(['s3:GetObject', 's3:PutObject'], '*');
const get = (of: s3.S3Client, name = Bucket) =>
  of.send(new s3.GetObjectCommand({ Bucket: name, Key: 'k' }));
const put = (of: s3.S3Client, name = Bucket) =>
  of.send(new s3.PutObjectCommand({ Bucket: name, Key: 'n', Body: 'x' }));

describe.each([
  ['within the account', HUB],
  ['from another account', SPOKE],
])('%s', (_, account) => {
  test('reading asks for kms:Decrypt, writing for kms:GenerateDataKey', async () => {
    const none = client(account, objects);
    expect((await errorOf(get(none))).message).toMatch(/not authorized to perform: kms:Decrypt/);
    expect((await errorOf(put(none))).message).toMatch(/perform: kms:GenerateDataKey/);
    await get(client(account, objects, allow('kms:Decrypt', KEY)));
    await put(client(account, objects, allow('kms:GenerateDataKey', KEY)));
  });
});

test('the key’s policy says for which bucket, and is asked in its own account too', async () => {
  const node = client(SPOKE, objects, allow(USE, KEY));
  expect((await errorOf(get(node, 'other'))).message).toMatch(/no resource-based policy allows/);
  // Without a bucket key the context is the object's.
  expect((await errorOf(get(node, 'by-object'))).message).toMatch(/no resource-based policy/);
  await get(client(HUB, objects, allow(USE, KEY)), 'other');
});

test('a key that is not there is told by name', async () => {
  const error = await errorOf(get(client(HUB, objects, allow('kms:*', '*')), 'lost'));
  expect(error).toMatchObject({ name: 'KMS.NotFoundException' });
  expect(error.message).toContain(GONE);
});

test('other requests ask for no key', async () => {
  const owner = client(HUB, allow('s3:*', '*'));
  await owner.send(new s3.ListObjectsV2Command({ Bucket }));
  await owner.send(new s3.HeadObjectCommand({ Bucket, Key: 'k' }));
});
