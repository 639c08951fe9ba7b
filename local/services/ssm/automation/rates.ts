/** Systems Manager quotas: calls a second that Automation takes in an account and Region. */
import type { Clock } from '../../../core/clock.ts';
import { throttle } from '../throttle.ts';

/**
 * A caller that really waits has waited, although virtual time stands still while its function runs: between two
 * calls goes by what has gone by on the one clock or on the other, whichever is more.
 */
function either(clock: Clock): Pick<Clock, 'now'> {
  let [virtual, real] = [clock.now(), performance.now()];
  let elapsed = 0;
  return {
    now() {
      const [v, r] = [clock.now(), performance.now()];
      elapsed += Math.max(v - virtual, r - real);
      [virtual, real] = [v, r];
      return elapsed;
    },
  };
}

export function rates(clock: Clock) {
  const time = either(clock);
  return {
    start: throttle(time, 1),
    get: throttle(time, 3),
    list: throttle(time, 3),
    steps: throttle(time, 3),
  };
}
