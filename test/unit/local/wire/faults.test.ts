import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import type { Fault, Phase } from '../../../../local/wire/faults.ts';
import { createInvokeInternal } from '../../../../local/wire/invoke.ts';
import { allow, errorOf, HUB, openWorld, REGION } from './world.ts';

/** A world whose next PutObject goes wrong in this way. */
async function open(phase: Phase, fault: Fault) {
  const faults = (call: { readonly operation: string }, when: Phase) =>
    call.operation === 'PutObject' && when === phase ? fault : undefined;
  const world = await openWorld({ faults });
  world.store.putBucket({ name: 'results', account: HUB, region: REGION });
  const config = world.user(HUB, 'ann', allow('s3:*', '*'));
  const put = () =>
    errorOf(
      new S3Client(config).send(new PutObjectCommand({ Bucket: 'results', Key: 'k', Body: 'x' })),
    );
  return { ...world, put, config };
}

const slow: Fault = {
  kind: 'error',
  name: 'SlowDown',
  message: 'Reduce your request rate',
  status: 503,
};

test.each<[Phase, boolean]>([
  ['before', false],
  ['after', true],
])('an error %s the handler: effect %s', async (phase, effect) => {
  const world = await open(phase, slow);
  expect(await world.put()).toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
  expect(world.store.read('results', 'k') !== undefined).toBe(effect);
  expect(world.ledger.total('s3:PutObject')).toBe(1);
  await world.endpoint.close();
});

test('a reset leaves the effect and no reply', async () => {
  const world = await open('after', { kind: 'reset' });
  expect((await world.put()).message).toContain('socket hang up');
  expect(world.store.list('results')).toEqual(['k']);
  await world.endpoint.close();
});

test('rubbish is sent as it is', async () => {
  const world = await open('after', {
    kind: 'rubbish',
    status: 502,
    body: '<html>Bad Gateway',
    contentType: 'text/html',
  });
  expect(await world.put()).toMatchObject({ $metadata: { httpStatusCode: 502 } });
  await world.endpoint.close();
});

test('internal calls have the same handlers, permissions, ledger and faults', async () => {
  const world = await open('before', { kind: 'reset' });
  const faults = (call: { readonly operation: string }) =>
    call.operation === 'PutObject' ? ({ kind: 'reset' } as const) : undefined;
  const { clock, services, ledger, newId, iam } = world;
  const invoke = createInvokeInternal({ clock, services, ledger, newId, faults });
  const nobody = world.user(HUB, 'bob');
  const callerOf = (accessKeyId: string) => {
    const found = iam.callerFor(accessKeyId, undefined);
    if (typeof found === 'string') throw new Error(found);
    return found.caller;
  };
  const ann = callerOf(world.config.credentials.accessKeyId);
  const bob = callerOf(nobody.credentials.accessKeyId);
  world.store.write('results', 'k', 'text');
  const get = { Bucket: 'results', Key: 'k' };
  expect(await invoke(ann, 's3', 'GetObject', REGION, get)).toMatchObject({
    Body: Buffer.from('text'),
  });
  expect(await errorOf(invoke(bob, 's3', 'GetObject', REGION, get))).toMatchObject({
    name: 'AccessDenied',
  });
  expect(await errorOf(invoke(ann, 's3', 'PutObject', REGION, get))).toMatchObject({
    name: 'ServiceUnavailable',
  });
  expect(await errorOf(invoke(ann, 'lambda', 'Invoke', REGION, {}))).toMatchObject({
    name: 'UnknownOperationException',
  });
  expect(ledger.counts()).toEqual({ 's3:GetObject': { [HUB]: 2 }, 's3:PutObject': { [HUB]: 1 } });
  await world.endpoint.close();
});

test('virtual time stands still while a request is answered', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const world = await openWorld({ clock });
  world.store.putBucket({ name: 'results', account: HUB, region: REGION });
  const client = new S3Client(world.user(HUB, 'ann', allow('s3:*', '*')));
  // As a Lambda would: the caller holds time, too.
  const release = clock.hold();
  clock.after(3_600_000, () => undefined);
  await client.send(new PutObjectCommand({ Bucket: 'results', Key: 'k', Body: 'x' }));
  const { LastModified } = await client.send(new GetObjectCommand({ Bucket: 'results', Key: 'k' }));
  expect(LastModified).toEqual(new Date(Date.UTC(2026, 0, 1)));
  release();
  await new Promise<void>((resolve) => clock.after(0, resolve));
  await world.endpoint.close();
  // Every hold of the endpoint is released: the hour passes.
  await new Promise<void>((resolve) => clock.after(3_600_000, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 1, 1));
});

test('a listener that stands for plain HTTP', async () => {
  const world = await openWorld({ plain: true });
  const deny = {
    Effect: 'Deny',
    Action: 's3:*',
    Resource: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  } as const;
  world.store.putBucket({ name: 'results', account: HUB, region: REGION });
  const client = new S3Client(world.user(HUB, 'ann', allow('s3:*', '*'), deny));
  const error = await errorOf(client.send(new GetObjectCommand({ Bucket: 'results', Key: 'k' })));
  expect(error.message).toContain('with an explicit deny in an identity-based policy');
  await world.endpoint.close();
});
