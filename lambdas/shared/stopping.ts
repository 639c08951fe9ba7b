/** When a dispatch stops sending by the clock. */
import { type Stop, STOPS } from '../../contract/stops.ts';
import type { Progress, Reason, StopTime, StoredRequest } from '../../contract/stored.ts';

/** The times after which nothing is sent, the earliest first. */
export function stopTimes({
  request,
  startedAt,
}: Pick<StoredRequest, 'request' | 'startedAt'>): StopTime[] {
  const { window, timeouts } = request;
  const times: StopTime[] = [];
  if (window?.stopSendingAfter) times.push({ at: window.stopSendingAfter, stop: 'WindowClosed' });
  if (timeouts.overallSeconds) {
    const at = new Date(Date.parse(startedAt) + timeouts.overallSeconds * 1000).toISOString();
    times.push({ at, stop: 'OverallTimeout' });
  }
  return times.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Which of them has passed. */
export const stoppedBy = (times: readonly StopTime[], now: number): Stop | undefined =>
  times.find(({ at }) => now >= Date.parse(at))?.stop;

/** When all is to be over (ms); Infinity: at no time. */
export const endOf = (times: readonly StopTime[]): number =>
  Math.min(...times.flatMap(({ at, stop }) => (stop === 'OverallTimeout' ? [Date.parse(at)] : [])));

/** No look sleeps past the end. */
export const capped = (wait: number, end: number, now: number): number =>
  now >= end ? wait : Math.max(1, Math.min(wait, Math.ceil((end - now) / 1000)));

/** What has not gone out does not go out. */
export function withhold({ shards }: Pick<Progress, 'shards'>, reason: Reason): void {
  for (const batch of shards.flatMap((s) => s.batches))
    if (batch.state === 'planned')
      Object.assign(batch, { state: 'refused', outcome: 'skipped', reason });
}

export const reasonOfStop = (stop: Stop): Reason => STOPS[stop];
