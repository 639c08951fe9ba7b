import { describe, expect, it } from '@jest/globals';
import { holding, sleep, VirtualClock } from '../../../local/core/clock.ts';

describe('the virtual clock', () => {
  it('jumps to the next timer and keeps their order', async () => {
    const clock = new VirtualClock(1000);
    const seen: string[] = [];
    clock.after(3_600_000, () => seen.push(`late ${clock.now()}`));
    clock.after(10, () => seen.push(`first ${clock.now()}`));
    clock.after(10, () => seen.push(`second ${clock.now()}`));
    await sleep(clock, 3_600_001);
    expect(seen).toEqual(['first 1010', 'second 1010', 'late 3601000']);
  });

  it('stands still while something is held', async () => {
    const clock = new VirtualClock(0);
    let fired = false;
    clock.after(5, () => {
      fired = true;
    });
    await holding(clock, () => new Promise((resolve) => setTimeout(resolve, 30)));
    expect(fired).toBe(false);
    await sleep(clock, 5);
    expect(fired).toBe(true);
  });

  it('fires nothing that was cancelled, and rejects a sleep that is aborted', async () => {
    const clock = new VirtualClock(0);
    clock
      .after(1, () => {
        throw new Error('cancelled timers must not fire');
      })
      .cancel();
    const abort = new AbortController();
    const waiting = sleep(clock, 100, abort.signal);
    abort.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await sleep(clock, 2);
    expect(clock.now()).toBe(2);
  });
});

describe('what comes back for ever', () => {
  it('fires on its way, and does not make time go on', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const again = () =>
      clock.whenever(1_000, () => {
        seen.push(clock.now());
        again();
      });
    again();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([clock.now(), seen]).toEqual([0, []]);
    await sleep(clock, 2_500);
    expect([clock.now(), seen]).toEqual([2_500, [1_000, 2_000]]);
  });
});
