/** The part of fleetwide.config.json that says who is written to. */
import { z } from 'zod';
import { EVENTS, isEventName } from './events.ts';
import { wrong } from './problems.ts';

const Event = z
  .string()
  .refine(isEventName, wrong('is no event', `Give one of ${Object.keys(EVENTS).join(', ')}`));

export const Notifications = z.strictObject({
  emails: z
    .array(z.email(wrong('is no mail address', 'Write it like ops@example.com')))
    .default([])
    .meta({ description: 'Subscribed to the topic; each has to confirm once.' }),
  events: z
    .array(Event)
    .min(1, wrong('names no event', 'Name at least one, or leave it out'))
    .default(['ApprovalNeeded', 'DispatchFinished', 'DeliveryDropped'])
    .meta({ description: 'Events that the topic is told (docs/events.md).' }),
});
export type Notifications = z.output<typeof Notifications>;
