/**
 * Services that ask for patience: the dispatch finishes, every node is accounted for, and what is carried out
 * is hardly more than on a calm day. Who waits is the SDK's retry and the workflow's named retry policies.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import { total } from '../../contract/outcomes.ts';
import { RealClock } from '../../local/core/clock.ts';
import type { Call } from '../../local/core/operation.ts';
import { throttle } from '../../local/services/ssm/throttle.ts';
import type { Fault, Faults } from '../../local/wire/faults.ts';
import {
  makeWorld,
  REGIONS,
  request,
  SPOKES,
  type World,
  type WorldOptions,
} from './support/world.ts';

const MOST = 1.3;
const throttled = ({ service }: Call): Fault =>
  service === 's3'
    ? { kind: 'error', name: 'SlowDown', message: 'Please reduce your request rate.', status: 503 }
    : { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded', status: 400 };

const lines: string[] = [];
afterAll(() => void process.stdout.write(`${lines.join('\n')}\n`));

interface Day {
  readonly asked: number;
  readonly done: number;
}

/** A dispatch in a world of its own: calls of functions that were asked for, and those carried out. */
async function day(
  name: string,
  make: (options: WorldOptions) => Promise<World>,
  input: object,
  storm?: Faults,
): Promise<Day> {
  let asked = 0;
  let done = 0;
  const world = await make({
    faults: (call, phase) => {
      if (!call.by) return undefined;
      if (phase === 'after') done++;
      else asked++;
      return storm?.(call, phase);
    },
  });
  const ended = await world.dispatch('storm', request(input));
  const { matched, counts, skippedShards } = world.report('storm');
  expect([ended.status, counts, skippedShards]).toEqual(['SUCCEEDED', { succeeded: matched }, []]);
  expect(total(counts)).toBe(matched);
  await world.close();
  lines.push(
    `${name.padEnd(40)} ${String(asked).padStart(6)} asked ${String(done).padStart(6)} done`,
  );
  return { asked, done };
}

const quick = () => ({ delayMs: 1_000, stdout: 'done\n' });

describe('a storm', () => {
  const shards = async (options: WorldOptions): Promise<World> => {
    const world = await makeWorld(options);
    for (const account of SPOKES)
      for (const region of REGIONS)
        for (let i = 0; i < 5; i++) world.node({ account, region, behaviour: quick });
    return world;
  };
  let calm: Promise<Day> | undefined;
  const calmDay = () => (calm ??= day('calm', shards, {}));

  it('of 30 % throttled, everywhere', async () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const stormy = await day('30 % throttled', shards, {}, (call, phase) =>
      phase === 'before' && random() < 0.3 ? throttled(call) : undefined,
    );
    expect(stormy.done).toBeLessThanOrEqual(MOST * (await calmDay()).done);
    expect(stormy.asked).toBeLessThanOrEqual((MOST / 0.7) * (await calmDay()).asked);
  }, 120_000);

  it('of S3 that asks to slow down: each third call for a while', async () => {
    let calls = 0;
    const stormy = await day('S3 slows down', shards, {}, (call, phase) =>
      phase === 'before' && call.service === 's3' && ++calls < 60 && calls % 3 === 0
        ? throttled(call)
        : undefined,
    );
    expect(stormy.asked).toBeLessThanOrEqual(MOST * (await calmDay()).asked);
  }, 120_000);

  it('of STS at its rate: what comes too fast is refused', async () => {
    const accounts = Array.from({ length: 30 }, (_, i) => String(720_000_000_000 + i));
    const [region] = REGIONS;
    const many = async (options: WorldOptions) => {
      // The rate is counted in time that passes while the SDK waits.
      const world = await makeWorld({ ...options, clock: new RealClock(), spokes: accounts });
      for (const account of accounts) world.node({ account, region, behaviour: quick });
      return world;
    };
    const input = { targets: { accounts, regions: [region], allNodes: true } };
    const quiet = await day('30 accounts, calm', many, input);
    // 600 a second is for thousands of accounts and hundreds of children: a sixtieth of it for one child.
    let refused = 0;
    const admit = throttle(new RealClock(), 600 / 60);
    const stormy = await day('30 accounts, STS at its rate', many, input, (call, phase) => {
      if (phase === 'after' || call.operation !== 'AssumeRole') return undefined;
      try {
        admit(call);
        return undefined;
      } catch {
        refused++;
        return throttled(call);
      }
    });
    expect(refused).toBeGreaterThan(10);
    expect(stormy.done).toBeLessThanOrEqual(MOST * quiet.done);
    expect(stormy.asked).toBeLessThanOrEqual(MOST * quiet.asked);
  }, 240_000);

  it('in an account and Region that takes 2 calls a second of Run Command', async () => {
    const [account] = SPOKES;
    const [region] = REGIONS;
    const one = (limit?: number) => async (options: WorldOptions) => {
      const world = await makeWorld({
        ...options,
        // The rate is counted in time that passes while the SDK waits.
        clock: new RealClock(),
        spokes: [account],
        ...(limit !== undefined && { ssmCallsPerSecond: limit }),
      });
      for (let i = 0; i < 120; i++) world.node({ account, region, behaviour: quick });
      return world;
    };
    const input = { targets: { accounts: [account], regions: [region], allNodes: true } };
    const quiet = await day('one shard, calm', one(), input);
    const slow = await day('one shard, 2 calls/s', one(2), input);
    expect(slow.done).toBeLessThanOrEqual(MOST * quiet.done);
  }, 240_000);
});
