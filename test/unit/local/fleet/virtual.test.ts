import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import type { Behaviour, Fleet } from '../../../../local/fleet/index.ts';
import { ACCOUNT, job, jobWith, never, REGION, testFleet } from './support.ts';

const START = 1_000_000;

function world(): { clock: VirtualClock; fleet: Fleet } {
  const clock = new VirtualClock(START);
  return { clock, fleet: testFleet(clock) };
}

const add = (fleet: Fleet, behaviour: Behaviour) =>
  fleet.addNode({ account: ACCOUNT, region: REGION, behaviour });

describe('a virtual node', () => {
  it('ends as its function says, on the clock, without a process', async () => {
    const { fleet } = world();
    const node = add(fleet, (self) => ({ delayMs: 1500, exitCode: 2, stderr: `${self.region}\n` }));
    expect(await fleet.run(node, job('anything'), never())).toMatchObject({
      status: 'Failed',
      exitCode: 2,
      stdout: '',
      stderr: `${REGION}\nfailed to run commands: exit status 2`,
      output: `\n----------ERROR-------\n${REGION}\nfailed to run commands: exit status 2`,
      startedAt: START,
      endedAt: START + 1500,
    });
    expect(fleet.executions()).toBe(0);
  });

  it('is killed at its execution timeout', async () => {
    const { fleet } = world();
    const node = add(fleet, () => ({ delayMs: 90_000, stdout: 'never seen' }));
    const result = await fleet.run(node, jobWith({ timeoutSeconds: 60 }), never());
    expect(result).toMatchObject({ status: 'TimedOut', exitCode: 137, endedAt: START + 60_000 });
  });

  it.each([
    [4, 3600],
    [5, 5],
    [172_800, 172_800],
    [172_801, 3600],
    [Number.NaN, 3600],
  ])('takes an execution timeout of %s s for %s s', async (given, effective) => {
    const { clock, fleet } = world();
    const node = add(fleet, () => ({ delayMs: 10 ** 9 }));
    await fleet.run(node, jobWith({ timeoutSeconds: given }), never());
    expect(clock.now() - START).toBe(effective * 1000);
  });

  it('reboots on 194 and tells the function the attempt', async () => {
    const { clock, fleet } = world();
    const node = add(fleet, (_node, _job, attempt) => ({
      exitCode: attempt < 2 ? 194 : 0,
      stdout: `${attempt}\n`,
    }));
    const result = await fleet.run(node, job(), never());
    expect(result).toMatchObject({ status: 'Success', stdout: '0\n1\n2\n' });
    expect(clock.now() - START).toBe(40_000);
  });

  it('is cancelled while it runs, while it reboots and while it waits for a worker', async () => {
    const { clock, fleet } = world();
    const slow = add(fleet, () => ({ delayMs: 60_000 }));
    const rebooting = add(fleet, () => ({ exitCode: 194 }));
    const cancel = new AbortController();
    clock.after(1000, () => cancel.abort());
    const busy = Array.from({ length: 6 }, () => fleet.run(slow, job(), cancel.signal));
    const reboot = fleet.run(rebooting, job(), cancel.signal);
    const results = await Promise.all(busy);
    expect(results.map((result) => result?.status)).toEqual(Array(6).fill('Cancelled'));
    expect(results.map((result) => result?.exitCode)).toEqual([137, 137, 137, 137, 137, -1]);
    expect(await reboot).toMatchObject({ status: 'Cancelled' });
    expect(clock.now()).toBe(START + 1000);
  });

  it('takes five commands at once', async () => {
    const { clock, fleet } = world();
    const node = add(fleet, () => ({ delayMs: 1000 }));
    await Promise.all(Array.from({ length: 11 }, () => fleet.run(node, job(), never())));
    expect(clock.now() - START).toBe(3000);
  });

  it('loses its answer for good when it dies', async () => {
    const { clock, fleet } = world();
    const node = add(fleet, () => ({ delayMs: 5000 }));
    clock.after(1000, () => fleet.update(node.id, { state: 'stopped' }));
    expect(await fleet.run(node, job(), never())).toBeUndefined();
    expect(clock.now()).toBe(START + 1000);
  });

  it('answers late when it was cut off', async () => {
    const { clock, fleet } = world();
    const node = add(fleet, () => ({ delayMs: 5000 }));
    clock.after(1000, () => fleet.update(node.id, { responsive: false }));
    clock.after(60_000, () => fleet.update(node.id, { responsive: true }));
    expect(await fleet.run(node, job(), never())).toMatchObject({ endedAt: START + 5000 });
    expect(clock.now()).toBe(START + 60_000);
  });

  it('costs one timer an instant, however many nodes there are', async () => {
    const clock = new VirtualClock(START);
    let timers = 0;
    const counting = {
      now: () => clock.now(),
      hold: () => clock.hold(),
      whenever: (ms: number, run: () => void) => clock.whenever(ms, run),
      after: (ms: number, run: () => void) => {
        timers++;
        return clock.after(ms, run);
      },
    };
    const fleet = testFleet(counting);
    const nodes = Array.from({ length: 10_000 }, () => add(fleet, () => ({ delayMs: 2000 })));
    const results = await Promise.all(nodes.map((node) => fleet.run(node, job(), never())));
    expect(results.filter((result) => result?.status === 'Success')).toHaveLength(10_000);
    expect(timers).toBe(1);
  });
});

describe('the nodes', () => {
  it('are kept by account and Region, in order', () => {
    const { fleet } = world();
    const first = fleet.addNode({ account: ACCOUNT, region: REGION });
    fleet.addNode({ account: ACCOUNT, region: 'us-east-1' });
    const second = fleet.addNode({ account: ACCOUNT, region: REGION, tags: { Role: 'web' } });
    fleet.update(first.id, { tags: { Role: 'db' } });
    expect(fleet.nodes(ACCOUNT, REGION).map(({ id, tags }) => [id, tags.Role])).toEqual([
      [first.id, 'db'],
      [second.id, 'web'],
    ]);
    expect(fleet.nodes('999999999999', REGION)).toEqual([]);
  });

  it('are refused when no AWS node could be so', () => {
    const { fleet } = world();
    const spec = { account: ACCOUNT, region: REGION };
    const hybrid = `mi-${'0'.repeat(17)}`;
    expect(() => fleet.addNode({ ...spec, id: 'web-1' })).toThrow("'web-1' is no node id");
    expect(() => fleet.addNode({ ...spec, id: hybrid, managed: false })).toThrow('hybrid node');
    fleet.addNode({ ...spec, id: hybrid });
    expect(() => fleet.addNode({ ...spec, id: hybrid })).toThrow('exists already');
    expect(() => fleet.update('i-nowhere', {})).toThrow('there is no node i-nowhere');
  });
});
