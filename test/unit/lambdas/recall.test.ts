/** Send against the recall, step by step: whichever comes when, nothing is sent after the recall. */
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { SHELL_DOCUMENT } from '../../../contract/documents.ts';
import { keys } from '../../../contract/names.ts';
import {
  Claim,
  Intent,
  type ProgressShard,
  Row,
  Slice,
  StoredRequest,
} from '../../../contract/stored.ts';
import { cancel } from '../../../lambdas/cancel/cancel.ts';
import { pageOf } from '../../../lambdas/cancel/page.ts';
import { MOST_ROUNDS, roundWait } from '../../../lambdas/cancel/rounds.ts';
import { revoke } from '../../../lambdas/revoke/revoke.ts';
import { send } from '../../../lambdas/send/send.ts';
import { firstPage } from '../../../lambdas/shared/batches.ts';
import { lastlyOf } from '../../../lambdas/shared/lastly.ts';
import { LOST_MS, SEND_WITHIN_MS } from '../../../lambdas/shared/recalled.ts';
import type { Command, Invocation, RunCommand } from '../../../lambdas/shared/runCommand.ts';
import {
  ACCOUNT,
  frozen,
  job,
  type MemoryStore,
  noDeliveries,
  noPause,
  puttingInto,
  silent,
  spokes,
} from './support.ts';

const NODES = ['i-aaaaaaaa', 'i-bbbbbbbb'];
const START = Date.parse('2026-11-21T08:00:00Z');

/** Run Command that ends what is cancelled at once, on a clock that only the test moves. */
let ids = 0;
function world(store: MemoryStore) {
  const clock = { now: START };
  const commands: (Command & { nodes: readonly string[]; sentAt: number })[] = [];
  const run: Partial<RunCommand> = {
    async send({ comment, nodes }) {
      const command = {
        CommandId: `c-${commands.length}`,
        Comment: comment,
        Status: 'InProgress',
        nodes,
        sentAt: clock.now,
      };
      commands.push(command);
      return command;
    },
    command: async (id) => commands.find((c) => c.CommandId === id),
    async *commandsSince() {
      yield commands;
    },
    async cancel(id) {
      for (const command of commands)
        if (command.CommandId === id && command.Status === 'InProgress')
          command.Status = 'Cancelled';
    },
    invocations: async (id) =>
      (commands.find((c) => c.CommandId === id)?.nodes ?? []).map((InstanceId) => ({
        InstanceId,
        Status: commands.find((c) => c.CommandId === id)?.Status ?? '',
        CommandPlugins: [],
      })),
  };
  const deps = (own: MemoryStore) => ({
    store: own,
    spokes: spokes(run),
    deliveries: noDeliveries,
    log: silent,
    pause: noPause,
    now: () => clock.now,
    executions: {
      describe: async () => ({ status: 'ABORTED', redriveCount: 0, error: '', cause: '' }),
    },
    hub: '111122223333',
    partition: 'aws',
    automationRole: undefined,
    newId: () => `id-${ids++}`,
    remainingMs: () => 900_000,
  });
  return { clock, commands, deps, run, store };
}

/** Everything that the recall machine does, with its waits. */
async function recall({ clock, deps, store }: ReturnType<typeof world>): Promise<void> {
  const { claimsKey, life } = await revoke(deps(store), { dispatch: 'test' });
  for (const claim of await store.get(z.array(Claim), claimsKey))
    for (let round = 0, next = ''; next !== 'done'; round++) {
      ({ next } = await cancel(deps(store), { dispatch: 'test', ...claim, life, round }));
      clock.now += roundWait(round) * 1000;
    }
}

async function planned(nodes: readonly string[] = NODES): Promise<MemoryStore> {
  const store = await frozen(nodes);
  await store.put(keys.wave('test', 0), [{ group: 0, key: job.key }]);
  await store.put(keys.plan('test'), {
    dispatch: 'test',
    frozenAt: '2026-11-21T08:00:00Z',
    sha256: '',
    documents: [],
    matched: nodes.length,
    sendable: nodes.length,
    skipped: 0,
    waves: [{ size: '100%', nodes: nodes.length, groups: 1 }],
    shards: [],
    notFound: [],
    errorsAllowed: 0,
    expectedCalls: 0,
  });
  return store;
}

describe('a Send that stands still while the whole recall passes by', () => {
  /** Its reads and writes in order: request, notebook, slice, intent, revocation, notebook. */
  it.each([
    [1, 'before'],
    [1, 'after'],
    [2, 'before'],
    [2, 'after'],
    [3, 'before'],
    [3, 'after'],
    [4, 'before'],
    [4, 'after'],
    [5, 'before'],
    [5, 'after'],
    [6, 'before'],
  ] as const)(
    'at its store call %i, %s it took effect, sends nothing after it',
    async (n, when) => {
      const store = await planned();
      const scene = world(store);
      let calls = 0;
      let recalledAt = 0;
      const pass = async () => {
        await recall(scene);
        recalledAt = ++scene.clock.now;
      };
      const halting = async <R>(call: () => Promise<R>): Promise<R> => {
        const here = ++calls === n;
        if (here && when === 'before') await pass();
        const result = await call();
        if (here && when === 'after') await pass();
        return result;
      };
      const slow: MemoryStore = {
        ...store,
        get: (schema, key) => halting(() => store.get(schema, key)),
        find: (schema, key) => halting(() => store.find(schema, key)),
        put: (key, value) => halting(() => store.put(key, value)),
        putIfAbsent: (key, value) => halting(() => store.putIfAbsent(key, value)),
      };
      await send(scene.deps(slow), job);
      expect(calls).toBeGreaterThanOrEqual(n);
      expect(recalledAt).toBeGreaterThan(START);
      expect(scene.commands.filter((c) => c.sentAt >= recalledAt)).toEqual([]);
      expect(scene.commands.filter((c) => c.Status === 'InProgress')).toEqual([]);
    },
  );

  it('has less time to send than the recall waits for a lost command', () => {
    expect(2 * SEND_WITHIN_MS).toBeLessThan(LOST_MS);
    const waited = Array.from({ length: MOST_ROUNDS }, (_, i) => roundWait(i));
    expect(waited.reduce((a, b) => a + b, 0) * 1000).toBeGreaterThan(LOST_MS);
  });
});

describe('what may have been sent', () => {
  const node = (id: string) => ({ id });
  const shell = { document: SHELL_DOCUMENT };
  const intent = (nodes: string[]) =>
    Intent.parse({ comment: '', nodes, writtenAt: '2026-11-21T08:00:00Z', writer: 'w' });
  const written = (...batches: ProgressShard['batches']): ProgressShard => ({
    account: ACCOUNT,
    region: 'eu-west-1',
    batches,
  });
  const seen = async (page: ProgressShard, claimed: Record<string, string[]>) =>
    (
      await pageOf(
        page,
        Object.keys(claimed),
        async (name) => intent(claimed[name] ?? []),
        new Map(),
      )
    ).batches.map((b) => [b.batch, b.state, b.outcome, b.nodes.map((n) => n.id).join()]);

  it('is what has an id, and what has an intent and no end', async () => {
    const page = written(
      { ...shell, batch: '0', nodes: [node('a')], state: 'done', commandId: 'c' },
      { ...shell, batch: '1', nodes: [node('b')], state: 'planned' },
      { ...shell, batch: '2', nodes: [node('c')], state: 'planned' },
      { ...shell, batch: '3', nodes: [node('d')], state: 'refused', outcome: 'denied' },
      // Sent by a life after the one that is recalled.
      { ...shell, batch: '4', nodes: [node('e')], state: 'sent', commandId: 'later' },
    );
    expect(await seen(page, { '0': ['a'], '1': ['b'], '3': ['d'] })).toEqual([
      ['0', 'sent', undefined, 'a'],
      ['1', 'unsure', undefined, 'b'],
      ['2', 'refused', 'skipped', 'c'],
      ['3', 'refused', 'denied', 'd'],
      ['4', 'refused', 'skipped', 'e'],
    ]);
  });

  it('counts a node with the last attempt that took it', async () => {
    const page = written({ ...shell, batch: '0', nodes: [node('a'), node('b')], state: 'planned' });
    expect(await seen(page, { '0': ['a', 'b'], '0r1': ['b'] })).toEqual([
      ['0', 'unsure', undefined, 'a'],
      ['0r1', 'unsure', undefined, 'b'],
    ]);
    // The notebook knows the repeat: the attempt before it ran nowhere.
    const later = written({
      ...shell,
      batch: '0r1',
      nodes: [node('a'), node('b')],
      state: 'planned',
    });
    expect(await seen(later, { '0': ['a', 'b'] })).toEqual([['0r1', 'refused', 'skipped', 'a,b']]);
  });
});

describe('a shard that takes more than one call to read', () => {
  const MANY = Array.from({ length: 200 }, (_, i) => `i-${String(i).padStart(8, '0')}`);

  /** Each call of Cancel has time for so many batches. */
  async function recalled(batchesACall: number, late: Readonly<Record<string, number>> = {}) {
    const store = await planned(MANY);
    const scene = world(store);
    await send(scene.deps(store), job);
    expect(scene.commands).toHaveLength(4);
    const calls: string[][] = [];
    const read = (id: string): readonly Invocation[] => {
      calls.at(-1)?.push(id);
      const command = scene.commands.find((c) => c.CommandId === id);
      const asked = calls.flat().filter((each) => each === id).length;
      const Status = asked > (late[id] ?? 0) ? 'Cancelled' : 'InProgress';
      return (command?.nodes ?? []).map((InstanceId) => ({
        InstanceId,
        Status,
        CommandPlugins: [],
      }));
    };
    const { claimsKey, life } = await revoke(scene.deps(store), { dispatch: 'test' });
    const [claim] = await store.get(z.array(Claim), claimsKey);
    if (!claim) throw new Error('no claim');
    const result = keys.recallResult('test', life, 0, ACCOUNT, 'eu-west-1');
    const rounds: string[] = [];
    for (let round = 0; rounds.at(-1) !== 'done'; round++) {
      if (round > MOST_ROUNDS) throw new Error('no end');
      calls.push([]);
      let left = batchesACall - 2;
      const deps = {
        ...scene.deps(store),
        spokes: spokes({ ...scene.run, invocations: async (id) => [...read(id)] }),
        deliveries: puttingInto(store),
        // It runs short once the first batch is read.
        remainingMs: () => (calls.at(-1)?.length === 0 ? 900_000 : 180_000 + left--),
      };
      const { next } = await cancel(deps, { dispatch: 'test', ...claim, life, round });
      expect(store.objects.has(result)).toBe(next === 'done');
      rounds.push(next);
      scene.clock.now += roundWait(round) * 1000;
    }
    const rows = await store.getLines(Row, result);
    return { calls, rounds, rows };
  }

  it('is taken up where time ran out: each command is read once, every node has its row', async () => {
    const { calls, rounds, rows } = await recalled(2);
    expect(calls.filter((asked) => asked.length > 0)).toEqual([
      ['c-0', 'c-1'],
      ['c-2', 'c-3'],
    ]);
    expect(rounds.filter((next) => next === 'wait')).not.toEqual([]);
    expect(rows.map(({ node }) => node).toSorted()).toEqual(MANY);
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
  });

  it('comes to every shard, also where another one takes all the time', async () => {
    const regions = ['eu-west-1', 'us-east-1'] as const;
    const store = await planned(NODES);
    await store.put(job.key, {
      group: 0,
      wave: 0,
      shards: regions.map((region, i) => ({
        account: ACCOUNT,
        region,
        nodes: [{ id: NODES[i] ?? '' }],
      })),
    });
    const scene = world(store);
    await send(scene.deps(store), job);
    const { claimsKey, life } = await revoke(scene.deps(store), { dispatch: 'test' });
    const [claim] = await store.get(z.array(Claim), claimsKey);
    if (!claim) throw new Error('no claim');
    let next = '';
    for (let round = 0; next !== 'done' && round < MOST_ROUNDS; round++) {
      // There is time for the first shard of a round.
      let asked = 0;
      const deps = {
        ...scene.deps(store),
        remainingMs: () => (asked++ === 0 ? 900_000 : 400_000),
      };
      ({ next } = await cancel(deps, { dispatch: 'test', ...claim, life, round }));
      scene.clock.now += roundWait(round) * 1000;
    }
    expect(next).toBe('done');
    for (const region of regions) {
      const rows = await store.getLines(Row, keys.recallResult('test', life, 0, ACCOUNT, region));
      expect(rows.map(({ outcome }) => outcome)).toEqual(['cancelled']);
    }
  });

  it('reads only that again which had not ended', async () => {
    const { calls, rows } = await recalled(100, { 'c-1': 2 });
    expect(calls.filter((asked) => asked.length > 0)).toEqual([
      ['c-0', 'c-1', 'c-2', 'c-3'],
      ['c-1'],
      ['c-1'],
    ]);
    expect(rows.map(({ node }) => node).toSorted()).toEqual(MANY);
  });
});

describe('a process may outlive its command', () => {
  const row = (change: object) =>
    Row.parse({ account: ACCOUNT, region: 'eu-west-1', node: 'i-a', wave: 0, ...change });
  it.each([
    ['cancelled on Linux', { outcome: 'cancelled' }, 'Linux', undefined],
    ['cancelled on Windows', { outcome: 'cancelled' }, 'Windows', true],
    ['unknown', { outcome: 'unknown' }, 'Linux', true],
    [
      'never answered',
      { outcome: 'undeliverable', statusDetails: 'DeliveryTimedOut' },
      'Linux',
      true,
    ],
    ['succeeded on Windows', { outcome: 'succeeded' }, 'Windows', undefined],
    ['skipped', { outcome: 'skipped' }, 'Windows', undefined],
  ] as const)('%s', (_what, change, platform, expected) => {
    expect(lastlyOf(row(change), { id: 'i-a', platform }).mayStillRun).toBe(expected);
  });

  it.each([
    ['setsid ./server', true],
    ['cd /srv && nohup setsid ./server &', true],
    ['systemd-run --unit=x sleep 3600', true],
    ['echo ./restart | at now', true],
    // In the background, and of the command's process group all the same.
    ['nohup ./server &', undefined],
    ['echo "look at nowhere"', undefined],
  ])('and a command says so: %s', async (line, expected) => {
    const action = { type: 'command', linux: [line] };
    const store = await frozen(['i-a'], { action });
    const { request } = await store.get(StoredRequest, keys.request('test'));
    const [shard] = firstPage(await store.get(Slice, job.key), request, START).shards;
    expect(shard?.detaches).toBe(expected);
    const cancelled = row({ outcome: 'cancelled' });
    const told = lastlyOf(cancelled, { id: 'i-a', platform: 'Linux' }, shard?.detaches);
    expect(told.mayStillRun).toBe(expected);
  });
});
