import { request } from 'node:http';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Statement } from '../../../../local/core/policy.ts';
import { allow, errorOf, HUB, openWorld, policy, REGION, SPOKE, STRANGER } from '../wire/world.ts';

const Bucket = 'exchange';
const ARN = `arn:aws:s3:::${Bucket}`;

/** The exchange bucket of DESIGN section 4. */
const POLICY: readonly Statement[] = [
  {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [ARN, `${ARN}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
  {
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:PutObject', 's3:PutObjectAcl'],
    Resource: `${ARN}/output/\${aws:PrincipalAccount}/*`,
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-fleet' } },
  },
  {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `${ARN}/artifacts/*`,
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-fleet' } },
  },
];

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
  world.store.putBucket({ name: Bucket, account: HUB, region: REGION, policy: policy(...POLICY) });
  world.store.putBucket({
    name: 'elsewhere',
    account: HUB,
    region: 'us-west-2',
    encryption: { algorithm: 'aws:kms', kmsKeyId: 'key-1', bucketKey: true },
  });
  world.store.write(Bucket, 'artifacts/x/run.sh', 'echo');
  world.store.write(Bucket, 'secret', 's');
});
afterAll(() => world.endpoint.close());

/** A GET with the bucket in its Host header, which fetch can't set. */
const getFrom = (port: number, host: string, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ port, path, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve(body));
    })
      .on('error', reject)
      .end();
  });

let users = 0;
const client = (account: string, ...statements: readonly Statement[]) =>
  new s3.S3Client(world.user(account, `u${++users}`, ...statements));
const get = (of: s3.S3Client, Key: string) => of.send(new s3.GetObjectCommand({ Bucket, Key }));
const put = (of: s3.S3Client, Key: string, more: Partial<s3.PutObjectCommandInput> = {}) =>
  of.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));

describe('across accounts', () => {
  const all = allow('s3:*', '*');

  test('both policies must allow', async () => {
    await get(client(SPOKE, all), 'artifacts/x/run.sh');
    expect((await errorOf(get(client(SPOKE), 'artifacts/x/run.sh'))).message).toContain(
      'because no identity-based policy allows the s3:GetObject action',
    );
    expect((await errorOf(get(client(SPOKE, all), 'secret'))).message).toContain(
      'because no resource-based policy allows the s3:GetObject action',
    );
  });

  test('each account writes below its own number, with the ACL of the agent', async () => {
    const node = client(SPOKE, all);
    await put(node, `output/${SPOKE}/run/stdout`, { ACL: 'bucket-owner-full-control' });
    expect((await errorOf(put(node, `output/${HUB}/run/stdout`))).name).toBe('AccessDenied');
    expect((await errorOf(put(node, 'artifacts/x/run.sh'))).name).toBe('AccessDenied');
    expect((await errorOf(get(node, `output/${SPOKE}/run/stdout`))).name).toBe('AccessDenied');
  });

  test('an account outside the organisation, and nobody', async () => {
    expect((await errorOf(get(client(STRANGER, all), 'artifacts/x/run.sh'))).name).toBe(
      'AccessDenied',
    );
    const response = await fetch(`${world.endpoint.url}/${Bucket}/artifacts/x/run.sh`);
    expect(response.status).toBe(403);
  });
});

describe('within the account', () => {
  test('an identity policy is enough; PutObjectAcl is a permission of its own', async () => {
    const writer = client(HUB, allow('s3:PutObject', `${ARN}/w/*`));
    await put(writer, 'w/1');
    expect(
      (await errorOf(put(writer, 'w/2', { ACL: 'bucket-owner-full-control' }))).message,
    ).toContain('s3:PutObjectAcl');
  });

  test('who may not list is not told that a key is missing', async () => {
    const blind = client(HUB, allow('s3:GetObject', `${ARN}/*`));
    expect(await errorOf(get(blind, 'none'))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`s3:ListBucket on resource: ${ARN}`),
    });
    const seeing = client(HUB, allow('s3:GetObject', `${ARN}/*`), allow('s3:ListBucket', ARN));
    expect((await errorOf(get(seeing, 'none'))).name).toBe('NoSuchKey');
  });

  test('listing by prefix', async () => {
    const lister = client(HUB, {
      ...allow('s3:ListBucket', ARN),
      Condition: { StringLike: { 's3:prefix': 'artifacts/*' } },
    });
    const list = (Prefix?: string) =>
      lister.send(new s3.ListObjectsV2Command({ Bucket, ...(Prefix !== undefined && { Prefix }) }));
    expect((await list('artifacts/x/')).KeyCount).toBe(1);
    expect((await errorOf(list())).name).toBe('AccessDenied');
  });

  test('the encryption that a policy demands', async () => {
    const writer = client(HUB, {
      ...allow('s3:PutObject', `${ARN}/*`),
      Condition: { StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
    });
    expect((await errorOf(put(writer, 'e'))).name).toBe('AccessDenied');
    const output = await put(writer, 'e', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'k' });
    expect(output).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'k' });
  });

  test('a bucket that is another account’s', async () => {
    const owner = client(HUB, allow('s3:*', '*'));
    expect((await errorOf(put(owner, 'k', { ExpectedBucketOwner: SPOKE }))).name).toBe(
      'AccessDenied',
    );
    await put(owner, 'k', { ExpectedBucketOwner: HUB });
  });
});

describe('anonymous callers', () => {
  test('are let in by a policy alone, and only where public access is not blocked', async () => {
    const open = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::public/*',
    } as const;
    world.store.putBucket({
      name: 'public',
      account: HUB,
      region: REGION,
      blockPublicAccess: false,
      policy: policy(open),
    });
    world.store.write('public', 'a b', 'hello');
    const { url, port } = world.endpoint;
    expect(await (await fetch(`${url}/public/a%20b`)).text()).toBe('hello');
    expect((await fetch(`${url}/public`, { method: 'HEAD' })).status).toBe(403);
    for (const host of [`public.localhost:${port}`, 'public.s3.eu-west-1.amazonaws.com'])
      expect(await getFrom(port, host, '/a%20b')).toBe('hello');
    expect((await fetch(url)).status).toBe(403);
  });
});

describe('buckets', () => {
  const owner = () => client(HUB, allow('s3:*', '*'));

  test('head, location, encryption, list', async () => {
    const of = owner();
    expect(await of.send(new s3.HeadBucketCommand({ Bucket }))).toMatchObject({
      BucketRegion: REGION,
    });
    expect(await of.send(new s3.GetBucketLocationCommand({ Bucket }))).toMatchObject({
      LocationConstraint: REGION,
    });
    const encryption = await of.send(new s3.GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    ]);
    const { Buckets } = await of.send(new s3.ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(expect.arrayContaining([Bucket, 'elsewhere']));
    expect(
      (await client(SPOKE, allow('s3:*', '*')).send(new s3.ListBucketsCommand({}))).Buckets ?? [],
    ).toEqual([]);
    expect((await errorOf(client(HUB).send(new s3.ListBucketsCommand({})))).message).toContain(
      's3:ListAllMyBuckets',
    );
    const missing = of.send(new s3.HeadBucketCommand({ Bucket: 'no-such-bucket' }));
    expect((await errorOf(missing)).name).toBe('NotFound');
  });

  test('in another Region', async () => {
    const command = new s3.ListObjectsV2Command({ Bucket: 'elsewhere' });
    const error = await errorOf(owner().send(command));
    expect(error).toMatchObject({ name: 'PermanentRedirect', $metadata: { httpStatusCode: 301 } });
    const { credentials, endpoint } = world.user(HUB, 'mover', allow('s3:*', '*'));
    const moved = new s3.S3Client({
      credentials,
      endpoint,
      region: REGION,
      followRegionRedirects: true,
    });
    expect((await moved.send(command)).KeyCount).toBe(0);
    const there = new s3.S3Client({ credentials, endpoint, region: 'us-west-2' });
    const encryption = await there.send(new s3.GetBucketEncryptionCommand({ Bucket: 'elsewhere' }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]).toEqual({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key-1' },
      BucketKeyEnabled: true,
    });
  });

  test('names are unique, policies speak of their own bucket and of roles that exist', () => {
    const { store } = world;
    const input = { name: Bucket, account: SPOKE, region: REGION };
    expect(() => store.putBucket(input)).toThrow(
      expect.objectContaining({ name: 'BucketAlreadyExists' }),
    );
    expect(() => store.putBucket({ ...input, name: 'A' })).toThrow(
      expect.objectContaining({ name: 'InvalidBucketName' }),
    );
    const grant = (Resource: string, AWS: string) =>
      policy({ Effect: 'Allow', Principal: { AWS }, Action: 's3:GetObject', Resource });
    expect(() => store.setPolicy(Bucket, grant('arn:aws:s3:::other/*', HUB))).toThrow(
      'invalid resource',
    );
    expect(() =>
      store.setPolicy(Bucket, grant(`${ARN}/*`, `arn:aws:iam::${HUB}:role/Nobody`)),
    ).toThrow('Invalid principal');
    expect(() => store.deleteBucket(Bucket)).toThrow(
      expect.objectContaining({ name: 'BucketNotEmpty' }),
    );
    store.deleteBucket('elsewhere');
    expect(store.bucket('elsewhere')).toBeUndefined();
  });
});
