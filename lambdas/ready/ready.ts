/**
 * Ready: may the next wave go now? Asked before each wave, and again after each thing that it waits for, so
 * that what is true is what is true when the wave goes.
 */
import type { z } from 'zod';
import { keys } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import type { ReadyInput, ReadyOutput } from '../../contract/steps.ts';
import type { Stop } from '../../contract/stops.ts';
import { StoredRequest } from '../../contract/stored.ts';
import type { HubDeps } from '../shared/hub.ts';
import { reasonOfStop, stoppedBy, stopTimes } from '../shared/stopping.ts';

type Deps = Pick<HubDeps, 'store' | 'now'>;
type Input = z.infer<typeof ReadyInput>;

export async function ready({ store, now }: Deps, input: Input): Promise<ReadyOutput> {
  const stored = await store.get(StoredRequest, keys.request(input.dispatch));
  const times = stopTimes(stored);
  const stop = stoppedBy(times, now());
  if (stop) return stopped(stop, input.wave, now());
  const from = notBefore(stored.request, input);
  if (now() >= from) return { next: 'go', until: timestamp(now()), error: '', cause: '' };
  // No longer than it can make a difference.
  const until = Math.min(from, ...times.map(({ at }) => Date.parse(at)));
  return { next: 'wait', until: timestamp(until), error: '', cause: '' };
}

const timestamp = (ms: number): string => new Date(ms).toISOString();

const stopped = (stop: Stop, wave: number, now: number): ReadyOutput => ({
  next: 'stop',
  until: timestamp(now),
  error: stop,
  cause: `wave ${wave + 1} was not begun: ${reasonOfStop(stop).message}`,
});

/** When the wave may begin (ms). */
function notBefore({ window, pauseBetween = 0 }: Request, { endedAt }: Input): number {
  const opens = window?.startAfter ? Date.parse(window.startAfter) : 0;
  return endedAt === '' ? opens : Math.max(opens, Date.parse(endedAt) + pauseBetween * 1000);
}
