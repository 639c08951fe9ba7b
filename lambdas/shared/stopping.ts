/** When a dispatch stops sending by the clock. */
import { type Stop, STOPS } from '../../contract/stops.ts';
import type { Progress, Reason, StopTime, StoredRequest } from '../../contract/stored.ts';

/** The times after which nothing is sent, the earliest first. */
export function stopTimes({ request }: Pick<StoredRequest, 'request'>): StopTime[] {
  const { window } = request;
  const times: StopTime[] = [];
  if (window?.stopSendingAfter) times.push({ at: window.stopSendingAfter, stop: 'WindowClosed' });
  return times.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Which of them has passed. */
export const stoppedBy = (times: readonly StopTime[], now: number): Stop | undefined =>
  times.find(({ at }) => now >= Date.parse(at))?.stop;

/** What has not gone out does not go out. */
export function withhold({ shards }: Pick<Progress, 'shards'>, reason: Reason): void {
  for (const batch of shards.flatMap((s) => s.batches))
    if (batch.state === 'planned')
      Object.assign(batch, { state: 'refused', outcome: 'skipped', reason });
}

export const reasonOfStop = (stop: Stop): Reason => STOPS[stop];
