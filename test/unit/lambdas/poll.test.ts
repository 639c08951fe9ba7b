import { describe, expect, it } from '@jest/globals';
import { keys } from '../../../contract/names.ts';
import { Progress, type Batch } from '../../../contract/stored.ts';
import { poll } from '../../../lambdas/poll/poll.ts';
import type { Command, RunCommand } from '../../../lambdas/shared/runCommand.ts';
import { ACCOUNT, answered, job, memoryStore, silent, spokes } from './support.ts';

const START = Date.parse('2026-11-21T08:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

async function notebook(batches: Partial<Batch>[], change: Partial<Progress> = {}) {
  const store = memoryStore();
  const page: Progress = {
    requester: 'ops',
    startedAt: at(0),
    shards: [
      {
        account: ACCOUNT,
        region: 'eu-west-1',
        batches: batches.map((batch, i) => ({
          batch: String(i),
          document: 'AWS-RunShellScript',
          nodes: [{ id: `i-${i}` }],
          state: 'sent',
          since: at(0),
          expiresAt: at(4200),
          ...batch,
        })),
      },
    ],
    ...change,
  };
  await store.put(keys.progress('test', 0, 0), page);
  const look = (planned: Partial<RunCommand>, seconds: number) =>
    poll({ store, spokes: spokes(planned), log: silent, now: () => START + seconds * 1000 }, job);
  const states = async () =>
    (await store.get(Progress, keys.progress('test', 0, 0))).shards.flatMap((s) => s.batches);
  return { look, states };
}

const BATCH: Batch = {
  batch: '0',
  document: 'AWS-RunShellScript',
  nodes: [{ id: 'i' }],
  state: 'sent',
  since: at(0),
  expiresAt: at(4200),
};

const command = (CommandId: string, Status: string, Comment?: string): Command => ({
  CommandId,
  Status,
  Comment,
});
const shown = (...commands: Command[]) =>
  async function* () {
    yield commands;
  };

describe('Poll', () => {
  it('waits while a command is open, collects when it has ended', async () => {
    const { look, states } = await notebook([{ commandId: 'a' }]);
    expect(await look({ command: async () => command('a', 'InProgress') }, 60)).toEqual({
      next: 'wait',
      waitSeconds: 15,
    });
    // Not shown yet: lists are eventually consistent.
    expect(await look({ command: async () => undefined }, 61)).toMatchObject({ next: 'wait' });
    expect(await look({ command: async () => command('a', 'Success') }, 62)).toMatchObject({
      next: 'collect',
    });
    expect(await states()).toMatchObject([{ state: 'done' }]);
  });

  it('waits no longer for a role that is gone when the dispatch is long over', async () => {
    const over = { stopTimes: [{ at: at(600), stop: 'OverallTimeout' as const }] };
    const { look, states } = await notebook([{ commandId: 'a' }], over);
    const denied = async (): Promise<never> => {
      throw Object.assign(new Error('no'), { name: 'AccessDenied' });
    };
    const lost = { command: denied, cancel: denied };
    expect(await look(lost, 700)).toMatchObject({ next: 'wait' });
    expect(await states()).toMatchObject([{ state: 'sent' }]);
    expect(await look(lost, 600 + 16 * 60)).toMatchObject({ next: 'collect' });
    expect(await states()).toMatchObject([{ state: 'done' }]);
  });

  it('finds a command whose id it does not know by its name, and no other’s', async () => {
    const { look, states } = await notebook([{ state: 'unsure' }]);
    const others = [
      command('x', 'Success', 'fleetwide/other/0/0/0'),
      command('y', 'Success', 'fleetwide/test/1/0/0'),
      command('z', 'Success', 'fleetwide/test/0/0/0r1'),
    ];
    await look({ commandsSince: shown(...others) }, 10);
    expect(await states()).toMatchObject([{ state: 'unsure' }]);
    await look(
      { commandsSince: shown(...others, command('a', 'InProgress', 'fleetwide/test/0/0/0')) },
      20,
    );
    expect(await states()).toMatchObject([{ state: 'sent', commandId: 'a' }]);
  });

  it('gives up what is not shown after two minutes, as unknown', async () => {
    const { look, states } = await notebook([{ state: 'unsure' }]);
    expect(await look({ commandsSince: shown() }, 119)).toMatchObject({ next: 'wait' });
    expect(await look({ commandsSince: shown() }, 121)).toMatchObject({ next: 'collect' });
    expect(await states()).toMatchObject([{ outcome: 'unknown', reason: { code: 'lost' } }]);
  });

  it('does not wait for ever: neither for a command past its time, nor for a role that is gone', async () => {
    const late = 4200 + 301;
    const open = await notebook([{ commandId: 'a' }]);
    expect(
      await open.look({ command: async () => command('a', 'InProgress') }, late),
    ).toMatchObject({
      next: 'collect',
    });
    const denied = () => Promise.reject(answered('AccessDeniedException'));
    const gone = await notebook([{ commandId: 'a' }]);
    expect(await gone.look({ command: denied }, 100)).toMatchObject({ next: 'wait' });
    expect(await gone.look({ command: denied }, late)).toMatchObject({ next: 'collect' });
    expect(await gone.states()).toMatchObject([{ reason: { code: 'AccessDenied' } }]);
  });

  it('sends on as soon as a place is free', async () => {
    const { look } = await notebook([{ commandId: 'a' }, { state: 'planned' }], {
      maxConcurrency: '1',
    });
    expect(await look({ command: async () => command('a', 'InProgress') }, 5)).toMatchObject({
      next: 'wait',
    });
    expect(await look({ command: async () => command('a', 'Success') }, 6)).toMatchObject({
      next: 'send',
    });
  });

  it('withholds what has not gone out when the budget is spent', async () => {
    const { look, states } = await notebook([{ commandId: 'a' }, { state: 'planned' }], {
      maxConcurrency: '1',
    });
    const failed = { ...command('a', 'Failed'), ErrorCount: 4 };
    expect(await look({ command: async () => failed }, 6)).toMatchObject({ next: 'collect' });
    expect(await states()).toMatchObject([
      { state: 'done', errors: 4 },
      { state: 'refused', outcome: 'skipped', reason: { code: 'budgetSpent' } },
    ]);
  });

  it('looks on in a Region when another one of the account cannot be looked into', async () => {
    const shard = (region: string) => ({
      account: ACCOUNT,
      region,
      batches: [{ ...BATCH, commandId: region }],
    });
    const { look, states } = await notebook([], {
      shards: [shard('eu-west-1'), shard('us-east-1')],
    });
    const broken = async (id: string) => {
      if (id === 'eu-west-1') throw answered('InternalServerError', 500);
      return command(id, 'Success');
    };
    expect(await look({ command: broken }, 6)).toMatchObject({ next: 'wait' });
    expect((await states()).map((b) => b.state)).toEqual(['sent', 'done']);
  });

  it('looks at many commands of a shard by one list', async () => {
    const { look } = await notebook([1, 2, 3, 4].map((n) => ({ commandId: `c${n}` })));
    const all = [1, 2, 3, 4].map((n, i) => command(`c${n}`, 'Success', `fleetwide/test/0/0/${i}`));
    expect(await look({ commandsSince: shown(...all) }, 5)).toMatchObject({ next: 'collect' });
  });

  it('does not read through the commands of others for one whose id it knows', async () => {
    const { look, states } = await notebook([1, 2, 3].map((n) => ({ commandId: `c${n}` })));
    let pages = 0;
    const crowded = async function* () {
      for (; pages < 100; pages++)
        yield Array.from({ length: 50 }, (_, i) => command(`other-${pages}-${i}`, 'Success'));
    };
    const asked: string[] = [];
    const byId = async (id: string) => {
      asked.push(id);
      return command(id, 'Success');
    };
    await look({ commandsSince: crowded, command: byId }, 5);
    expect(pages).toBeLessThan(5);
    expect(asked).toEqual(['c1', 'c2', 'c3']);
    expect((await states()).map((b) => b.state)).toEqual(['done', 'done', 'done']);
  });

  it('stops looking once it has seen a few that are open', async () => {
    const asked: string[] = [];
    const { look } = await notebook([], {
      shards: Array.from({ length: 30 }, (_, i) => ({
        account: String(100_000_000_000 + i),
        region: 'eu-west-1',
        batches: [
          {
            batch: '0',
            document: 'AWS-RunShellScript',
            nodes: [{ id: 'i' }],
            state: 'sent',
            commandId: `c${i}`,
            since: at(0),
          },
        ],
      })),
    });
    const open = async (id: string) => {
      asked.push(id);
      return command(id, 'InProgress');
    };
    expect(await look({ command: open }, 5)).toMatchObject({ next: 'wait' });
    expect(asked.length).toBeLessThanOrEqual(8);
    asked.length = 0;
    const done = async (id: string) => {
      asked.push(id);
      return command(id, 'Success');
    };
    expect(await look({ command: done }, 6)).toMatchObject({ next: 'collect' });
    expect(asked.length).toBe(30);
  });
});
