/** Systems Manager quotas: calls a second that Automation takes in an account and Region. */
import type { Clock } from '../../../core/clock.ts';
import { throttle } from '../throttle.ts';

/**
 * A caller that really waits has waited, although virtual time stands still while its function runs: here the
 * clock is whichever has gone further.
 */
export function rates(clock: Clock) {
  const start = { virtual: clock.now(), real: performance.now() };
  const either: Pick<Clock, 'now'> = {
    now: () => Math.max(clock.now() - start.virtual, performance.now() - start.real),
  };
  return {
    start: throttle(either, 1),
    get: throttle(either, 3),
    list: throttle(either, 3),
    steps: throttle(either, 3),
  };
}
