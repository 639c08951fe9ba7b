import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ListCommandsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import type { Caller } from '../../../../local/core/operation.ts';
import type { Found } from '../../../../local/iam/store.ts';
import type { WireRequest } from '../../../../local/wire/request.ts';
import { readSignature, verify } from '../../../../local/wire/signature.ts';
import { allow, errorOf, HUB, openWorld, policy } from './world.ts';

/** The examples of the S3 API Reference, "Authenticating Requests (AWS Signature Version 4)". */
describe('published examples', () => {
  const caller: Caller = {
    account: HUB,
    arn: 'a',
    userId: 'u',
    accessKeyId: 'k',
    kind: 'user',
    identityPolicies: [],
  };
  const found: Found = { caller, secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const at = Date.UTC(2013, 4, 24);
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const header: WireRequest = {
    method: 'GET',
    path: '/test.txt',
    query: new URLSearchParams(),
    headers: {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': empty,
      'x-amz-date': '20130524T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    body: Buffer.alloc(0),
  };
  const presigned: WireRequest = {
    ...header,
    headers: { host: 'examplebucket.s3.amazonaws.com' },
    query: new URLSearchParams(
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    ),
  };
  const check = (request: WireRequest, now: number) => () => {
    const signed = readSignature(request);
    if (typeof signed !== 'object') throw new Error(`not signed: ${signed}`);
    return verify({ wallClock: () => now, callerFor: () => found }, request, signed, 'rest');
  };

  test('header', () => expect(check(header, at)()).toBe(caller));
  test('query', () => expect(check(presigned, at)()).toBe(caller));
  test('another header value', () => {
    const headers = { ...header.headers, range: 'bytes=0-10' };
    expect(check({ ...header, headers }, at)).toThrow(
      expect.objectContaining({ name: 'SignatureDoesNotMatch' }),
    );
  });
  test('another path', () =>
    expect(check({ ...presigned, path: '/test2.txt' }, at)).toThrow(
      expect.objectContaining({ name: 'SignatureDoesNotMatch' }),
    ));
  test('five minutes of skew, not more', () => {
    expect(check(header, at + 300_000)()).toBe(caller);
    for (const now of [at + 300_001, at - 300_001])
      expect(check(header, now)).toThrow(expect.objectContaining({ name: 'RequestTimeTooSkewed' }));
  });
  test('a presigned URL lives as long as it says', () => {
    expect(check(presigned, at + 86_400_000)()).toBe(caller);
    expect(check(presigned, at + 86_400_001)).toThrow('Request has expired');
  });
  test('a body that is not the one whose hash is stated', () =>
    expect(check({ ...header, body: Buffer.from('x') }, at)).toThrow(
      expect.objectContaining({ name: 'XAmzContentSHA256Mismatch' }),
    ));
  test.each([
    [
      'no host among the signed headers',
      { authorization: header.headers['authorization']?.replace('=host;', '=') },
    ],
    ['another day in the scope', { 'x-amz-date': '20130525T000000Z' }],
    [
      'no scope',
      { authorization: 'AWS4-HMAC-SHA256 Credential=A, SignedHeaders=host, Signature=00' },
    ],
  ])('malformed: %s', (_, headers) =>
    expect(
      readSignature({ ...header, headers: { ...header.headers, ...definedOf(headers) } }),
    ).toBe('malformed'),
  );
});

const definedOf = (headers: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );

describe('what each protocol says', () => {
  const clock = new VirtualClock(Date.UTC(2030, 0, 1));
  let world: Awaited<ReturnType<typeof openWorld>>;
  let config: ReturnType<typeof world.user>;
  beforeAll(async () => {
    const none = { operations: {} };
    world = await openWorld({
      clock,
      services: [
        { id: 'ssm', ...none },
        { id: 'ec2', ...none },
      ],
    });
    config = world.user(HUB, 'ann', allow('s3:*', '*'));
    world.store.putBucket({ name: 'results', account: HUB, region: 'eu-west-1' });
  });
  afterAll(() => world.endpoint.close());

  type Config = Omit<typeof config, 'credentials'> & {
    readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  };
  const CALLS: Readonly<Record<string, (config: Config) => Promise<unknown>>> = {
    ssm: (given) => new SSMClient(given).send(new ListCommandsCommand({})),
    sts: (given) => new STSClient(given).send(new GetCallerIdentityCommand({})),
    ec2: (given) => new EC2Client(given).send(new DescribeRegionsCommand({})),
    s3: (given) => new S3Client(given).send(new ListObjectsV2Command({ Bucket: 'results' })),
  };
  const ask = async (service: string, credentials: Partial<Config['credentials']>) =>
    (
      await errorOf(
        CALLS[service]?.({ ...config, credentials: { ...config.credentials, ...credentials } }) ??
          Promise.resolve(),
      )
    ).name;

  test.each([
    ['ssm', 'UnrecognizedClientException'],
    ['sts', 'InvalidClientTokenId'],
    ['ec2', 'AuthFailure'],
    ['s3', 'InvalidAccessKeyId'],
  ])('%s: unknown key is %s', async (service, name) =>
    expect(await ask(service, { accessKeyId: 'AKIANOBODY' })).toBe(name),
  );

  test.each([
    ['ssm', 'InvalidSignatureException'],
    ['sts', 'SignatureDoesNotMatch'],
    ['ec2', 'AuthFailure'],
    ['s3', 'SignatureDoesNotMatch'],
  ])('%s: wrong secret is %s', async (service, name) =>
    expect(await ask(service, { secretAccessKey: 'wrong' })).toBe(name),
  );

  test.each([
    ['ssm', 'ExpiredTokenException', 'UnrecognizedClientException'],
    ['sts', 'ExpiredToken', 'InvalidClientTokenId'],
    ['ec2', 'RequestExpired', 'AuthFailure'],
    ['s3', 'ExpiredToken', 'InvalidToken'],
  ])('%s: an expired session is %s, a foreign token %s', async (service, expired, foreign) => {
    const trust = policy({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    const role = world.iam.putRole({ account: HUB, name: `Old-${service}`, trust });
    const session = world.iam.sessionForService(role.arn, 'lambda.amazonaws.com', 'fn', {
      seconds: 900,
    });
    expect(await ask(service, { ...session, sessionToken: 'other' })).toBe(foreign);
    await new Promise<void>((resolve) => clock.after(900_000, resolve));
    expect(await ask(service, session)).toBe(expired);
  });

  test('a body changed on its way', async () => {
    const client = new SSMClient(config);
    client.middlewareStack.add(
      (next) => (args) => {
        if (typeof args.request === 'object' && args.request !== null)
          Object.assign(args.request, { body: '{"MaxResults":7}' });
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    // The length that was signed is that of `{}`: keep it true.
    client.middlewareStack.add(
      (next) => (args) => {
        if (typeof args.request === 'object' && args.request !== null && 'headers' in args.request)
          Object.assign(args.request.headers ?? {}, { 'content-length': '16' });
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
    expect((await errorOf(client.send(new ListCommandsCommand({})))).name).toBe(
      'InvalidSignatureException',
    );
  });

  test('S3: a checksum that is not the body’s', async () => {
    const put = new PutObjectCommand({
      Bucket: 'results',
      Key: 'k',
      Body: 'abc',
      ChecksumSHA256: 'AAAA',
    });
    expect((await errorOf(new S3Client(config).send(put))).name).toBe('BadDigest');
    expect(world.store.read('results', 'k')).toBeUndefined();
  });
});

test('the signer’s clock is compared with real time and with the world’s', async () => {
  const clock = new VirtualClock(Date.UTC(2031, 0, 1));
  const now = { real: Date.now() + 301_000 };
  const world = await openWorld({ clock, wallClock: () => now.real });
  const client = new STSClient(world.user(HUB, 'ann'));
  const ask = () => client.send(new GetCallerIdentityCommand({}));
  const error = await errorOf(ask());
  expect(error).toMatchObject({ name: 'SignatureDoesNotMatch' });
  expect(error.message).toContain('more than 5 minutes');
  // A function of the world signs with the world's time.
  const inside = new STSClient({
    ...world.user(HUB, 'bob'),
    systemClockOffset: clock.now() - Date.now(),
  });
  expect((await inside.send(new GetCallerIdentityCommand({}))).Account).toBe(HUB);
  await world.endpoint.close();
});
