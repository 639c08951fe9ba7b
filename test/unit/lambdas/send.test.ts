import { describe, expect, it } from '@jest/globals';
import { FleetwideError } from '../../../contract/errors.ts';
import { keys } from '../../../contract/names.ts';
import { Progress } from '../../../contract/stored.ts';
import { send, type SendDeps } from '../../../lambdas/send/send.ts';
import type { RunCommand, Sending } from '../../../lambdas/shared/runCommand.ts';
import type { Errand } from '../../../lambdas/shared/spoke.ts';
import {
  ACCOUNT,
  answered,
  frozen,
  job,
  type MemoryStore,
  noPause,
  silent,
  spokes,
} from './support.ts';

const NODES = ['i-aaaaaaaa', 'i-bbbbbbbb', 'i-cccccccc'];
const NOW = Date.parse('2026-11-21T08:00:00Z');

let ids = 0;
const deps = (
  store: MemoryStore,
  planned: Partial<RunCommand>,
  change: Partial<SendDeps> = {},
): SendDeps => ({
  store,
  spokes: spokes(planned),
  log: silent,
  hub: '111122223333',
  pause: noPause,
  partition: 'aws',
  automationRole: undefined,
  now: () => NOW,
  newId: () => `id-${ids++}`,
  remainingMs: () => 900_000,
  ...change,
});

/** As the real store does: what is not of its schema is named. */
const strict = (store: MemoryStore): MemoryStore => ({
  ...store,
  get: (schema, key) =>
    store.get(schema, key).catch((error: unknown) => {
      throw key.includes('/intents/') ? new FleetwideError('StoredObjectInvalid', key) : error;
    }),
});

const batchesIn = async (store: MemoryStore) =>
  (await store.get(Progress, keys.progress('test', 0, 0))).shards.flatMap((s) => s.batches);

const sent = (log: Sending[]) => async (sending: Sending) => {
  log.push(sending);
  return { CommandId: `command-${log.length}`, Status: 'Pending' };
};

describe('Send', () => {
  it('sends each batch with what the request says, and notes the command', async () => {
    const store = await frozen(NODES, { timeouts: { deliverySeconds: 60, executionSeconds: 10 } });
    const log: Sending[] = [];
    const errands: [string, Errand][] = [];
    await send(deps(store, {}, { spokes: spokes({ send: sent(log) }, errands) }), job);
    expect(log).toEqual([
      {
        name: 'AWS-RunShellScript',
        version: '$DEFAULT',
        nodes: NODES,
        parameters: { commands: ['uptime'], executionTimeout: ['10'] },
        comment: 'fleetwide/test/0/0/0',
        timeoutSeconds: 60,
        maxConcurrency: 3,
        maxErrors: 3,
      },
    ]);
    expect(errands).toEqual([
      [
        ACCOUNT,
        {
          dispatch: 'test',
          requester: 'unstated',
          purpose: 'send',
          documents: ['AWS-RunShellScript'],
        },
      ],
    ]);
    expect(await batchesIn(store)).toMatchObject([
      { state: 'sent', commandId: 'command-1', expiresAt: '2026-11-21T08:01:10.000Z' },
    ]);
  });

  it('sends once when two attempts run at the same time', async () => {
    const store = await frozen(NODES);
    const log: Sending[] = [];
    const attempt = () => send(deps(store, { send: sent(log) }), job);
    await Promise.all([attempt(), attempt()]);
    expect(log.length).toBe(1);
  });

  it('sends a batch that was throttled once, when two attempts find it', async () => {
    const store = await frozen(NODES);
    await send(deps(store, { send: () => Promise.reject(answered('ThrottlingException')) }), job);
    const log: Sending[] = [];
    const attempt = () => send(deps(store, { send: sent(log) }), job);
    await Promise.all([attempt(), attempt()]);
    expect(log.length).toBe(1);
  });

  it('does not send again what an attempt before it may have sent', async () => {
    const store = await frozen(NODES);
    await send(deps(store, { send: async () => ({ CommandId: 'c', Status: 'Pending' }) }), job);
    store.objects.delete(keys.progress('test', 0, 0));
    await send(deps(store, {}), job);
    expect(await batchesIn(store)).toMatchObject([
      { state: 'unsure', since: '2026-11-21T08:00:00.000Z', expiresAt: expect.any(String) },
    ]);
  });

  it.each([
    ['a refusal', answered('InvalidDocument'), { state: 'refused', outcome: 'undeliverable' }],
    [
      'a denial',
      answered('AccessDeniedException', 400, 'not authorized to perform: ssm:SendCommand on x'),
      {
        state: 'refused',
        outcome: 'denied',
        reason: { code: 'AccessDenied', action: 'ssm:SendCommand' },
      },
    ],
    ['a server error', answered('InternalServerError', 500), { state: 'unsure' }],
    [
      'a lost connection',
      Object.assign(new Error('hang up'), { code: 'ECONNRESET' }),
      { state: 'unsure' },
    ],
    ['an unreadable answer', new SyntaxError('Unexpected token <'), { state: 'unsure' }],
    ['throttling', answered('ThrottlingException'), { state: 'planned', batch: '0r1' }],
  ])('takes %s for what it is', async (_what, error, expected) => {
    const store = await frozen(NODES);
    await send(deps(store, { send: () => Promise.reject(error) }), job);
    expect(await batchesIn(store)).toMatchObject([expected]);
  });

  it('sends a throttled batch later, and gives it up after the delivery time', async () => {
    const store = await frozen(NODES, { timeouts: { deliverySeconds: 60 } });
    const throttled = () => Promise.reject(answered('ThrottlingException'));
    await send(deps(store, { send: throttled }), job);
    const log: Sending[] = [];
    await send(deps(store, { send: sent(log) }), job);
    expect(log.map((s) => s.comment)).toEqual(['fleetwide/test/0/0/0r1']);

    const other = await frozen(NODES, { timeouts: { deliverySeconds: 60 } });
    await send(deps(other, { send: throttled }), job);
    await send(deps(other, { send: throttled }, { now: () => NOW + 61_000 }), job);
    expect(await batchesIn(other)).toMatchObject([
      { state: 'refused', outcome: 'undeliverable', reason: { code: 'ThrottlingException' } },
    ]);
  });

  it('leaves out a node that is gone, and sends to the others under a name of their own', async () => {
    const store = await frozen(NODES);
    const log: Sending[] = [];
    const refuseOnce = async (sending: Sending) => {
      if (sending.nodes.length === 3) throw answered('InvalidInstanceId');
      return sent(log)(sending);
    };
    const nodes = async () => [
      { InstanceId: 'i-aaaaaaaa', PingStatus: 'Online' },
      { InstanceId: 'i-bbbbbbbb', PingStatus: 'ConnectionLost' },
      { InstanceId: 'i-cccccccc', PingStatus: 'Online' },
    ];
    await send(deps(store, { send: refuseOnce, nodes }), job);
    await send(deps(store, { send: refuseOnce, nodes }), job);
    expect(log.map((s) => [s.nodes, s.comment])).toEqual([
      [['i-aaaaaaaa', 'i-cccccccc'], 'fleetwide/test/0/0/0r1'],
    ]);
    expect(await batchesIn(store)).toMatchObject([
      { batch: '0', state: 'refused', outcome: 'undeliverable', nodes: [{ id: 'i-bbbbbbbb' }] },
      { batch: '0r1', state: 'sent' },
    ]);
  });

  it('stops in time, and goes on in its next call', async () => {
    const many = Array.from({ length: 120 }, (_, i) => `i-${String(i).padStart(8, '0')}`);
    const store = await frozen(many);
    const log: Sending[] = [];
    let left = 200_000;
    const remainingMs = () => (left -= 60_000);
    await send(deps(store, { send: sent(log) }, { remainingMs }), job);
    expect(log.length).toBe(1);
    await send(deps(store, { send: sent(log) }), job);
    expect(log.flatMap((s) => s.nodes)).toEqual(many);
  });

  it('says of an account that cannot be entered why', async () => {
    const store = await frozen(NODES);
    const denied = {
      enter: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' })),
    };
    await send(deps(store, {}, { spokes: denied }), job);
    expect(await batchesIn(store)).toMatchObject([
      { state: 'refused', outcome: 'denied', reason: { action: 'sts:AssumeRole' } },
    ]);
    // It is claimed all the same: nobody else sends it later.
    expect(store.objects.has(keys.intent('test', 0, ACCOUNT, 'eu-west-1', '0'))).toBe(true);
  });

  it('says again why it held a batch back, when it died before it had noted that', async () => {
    const store = await frozen(NODES);
    const denied = {
      enter: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' })),
    };
    await send(deps(store, {}, { spokes: denied }), job);
    store.objects.delete(keys.progress('test', 0, 0));
    await send(deps(store, {}), job);
    expect(await batchesIn(store)).toMatchObject([
      { state: 'refused', outcome: 'denied', reason: { action: 'sts:AssumeRole' } },
    ]);
  });

  it('says of a batch whose intent cannot be read that nobody knows, also where time is short', async () => {
    const store = await frozen(NODES);
    store.objects.set(keys.intent('test', 0, ACCOUNT, 'eu-west-1', '0'), '{"not": "an intent"}');
    await send(deps(strict(store), {}, { remainingMs: () => 1_000 }), job);
    expect(await batchesIn(store)).toMatchObject([{ state: 'refused', outcome: 'unknown' }]);
  });

  /** A Send that sends, and dies before it has noted that. */
  async function diedAfterSending(change: object = {}): Promise<MemoryStore> {
    const store = await frozen(NODES, change);
    await send(deps(store, { send: async () => ({ CommandId: 'c', Status: 'Pending' }) }), job);
    store.objects.delete(keys.progress('test', 0, 0));
    return store;
  }

  it.each([
    [
      'has no time to send any more',
      { timeouts: { deliverySeconds: 60, executionSeconds: 10, overallSeconds: 600 } },
      { now: () => NOW + 700_000 },
    ],
    [
      'cannot enter the account any more',
      {},
      {
        spokes: {
          enter: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' })),
        },
      },
    ],
    ['has no time left itself', {}, { remainingMs: () => 1_000 }],
  ] as const)(
    'does not pass for unsent what an attempt before it may have sent, when it %s',
    async (_what, change, then) => {
      const store = await diedAfterSending(change);
      await send(deps(store, {}, then), job);
      expect(await batchesIn(store)).toMatchObject([
        { state: 'unsure', since: '2026-11-21T08:00:00.000Z' },
      ]);
    },
  );
});
