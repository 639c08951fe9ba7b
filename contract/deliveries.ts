/** What is kept of a schedule's deliveries, in the results bucket. */
import { z } from 'zod';
import { DispatchId, Timestamp } from './primitives.ts';

/** schedules/<name>/deliveries/<time>.json: which dispatch has a delivery; never overwritten. */
export const DeliveryRecord = z.object({
  dispatch: DispatchId,
  executionArn: z.string(),
  /** The time that the schedule meant. */
  time: Timestamp,
  startedAt: Timestamp,
});
export type DeliveryRecord = z.infer<typeof DeliveryRecord>;

/** schedules/<name>/dropped/<dispatch>.json: a delivery that was not carried out, and for whom. */
export const DroppedRecord = DeliveryRecord.extend({
  reason: z.enum(['duplicate', 'overlap']),
  by: DispatchId,
});
export type DroppedRecord = z.infer<typeof DroppedRecord>;

const Holder = z.object({ dispatch: DispatchId, executionArn: z.string() });
export type Holder = z.infer<typeof Holder>;

/**
 * schedules/<name>/lease.json: whose turn it is. Nobody releases it: whether its holder has ended is what its
 * execution says, so that no crash leaves it taken.
 */
export const Lease = z.object({ holder: Holder, waiting: Holder.optional() });
export type Lease = z.infer<typeof Lease>;

export const scheduleKeys = {
  all: (name: string) => `schedules/${name}/`,
  delivery: (name: string, time: string) => `schedules/${name}/deliveries/${time}.json`,
  deliveries: (name: string) => `schedules/${name}/deliveries/`,
  dropped: (name: string, dispatch: string) => `schedules/${name}/dropped/${dispatch}.json`,
  droppedAll: (name: string) => `schedules/${name}/dropped/`,
  lease: (name: string) => `schedules/${name}/lease.json`,
};
