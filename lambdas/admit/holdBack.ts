import type * as z from 'zod';
import { METRICS } from '../../contract/metrics.ts';
import { keys } from '../../contract/names.ts';
import type { AdmitOutput } from '../../contract/steps.ts';
import type { Dropped, StoredRequest } from '../../contract/stored.ts';
import type { AdmissionDeps } from '../shared/hub.ts';
import { type DeliveryDeps, judge } from './delivery.ts';

export type HoldingDeps = DeliveryDeps & Pick<AdmissionDeps, 'log' | 'meter' | 'events'>;

/** What a schedule's delivery gets that is not, or not yet, carried out. */
export async function holdBack(
  deps: HoldingDeps,
  stored: StoredRequest,
): Promise<z.infer<typeof AdmitOutput> | undefined> {
  const { dispatch, request } = stored;
  const { schedule, requester, mode } = request;
  if (!schedule) return undefined;
  const verdict = await judge(deps, schedule, stored);
  if (verdict.next === 'go') return undefined;
  const nothing = { dispatch, mode, next: verdict.next, groupsKey: '', groups: 0, shards: 0 };
  if (verdict.next === 'wait') return { ...nothing, waitSeconds: verdict.seconds };
  const { reason, by } = verdict;
  await deps.store.put(keys.dropped(dispatch), { reason, by } satisfies Dropped);
  deps.log.warn('delivery dropped', { schedule: schedule.name, time: schedule.time, reason, by });
  deps.meter.count(METRICS.deliveriesDropped);
  await deps.events.tell('DeliveryDropped', {
    dispatch,
    requester,
    schedule: schedule.name,
    scheduledAt: schedule.time,
    reason,
    by,
  });
  return { ...nothing, waitSeconds: 0, dropped: { reason, by } };
}
