/** What a schedule adds to the request that it starts: which delivery of which schedule this is. */
import { z } from 'zod';
import { Timestamp } from './primitives.ts';
import { wrong } from './problems.ts';

export const Overlap = z
  .enum(['skip', 'queue', 'allow'], {
    error: wrong('expected skip, queue or allow', 'Give one of the three'),
  })
  .default('skip')
  .meta({
    description:
      'When the dispatch before has not ended. skip: this one is dropped. queue: it waits for the other, one at a time and a day at most. allow: both run.',
  });

/** Name of a schedule (aws-sdk CreateSchedule: 64 characters; here without the dot, as dispatch ids). */
const ScheduleName = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{1,64}$/,
    wrong('is no name for a schedule', 'Give 1 to 64 characters out of A-Z a-z 0-9 _ -'),
  )
  .meta({ description: 'Name of the schedule, unique in the hub.' });

export const Delivery = z
  .strictObject({
    name: ScheduleName,
    time: Timestamp.meta({ description: 'The time that the schedule meant.' }),
    overlap: Overlap,
  })
  .meta({
    description:
      'Filled in by a schedule. A second delivery of the same schedule and time is dropped.',
  });
export type Delivery = z.output<typeof Delivery>;
