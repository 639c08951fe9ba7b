/**
 * A schedule: a stored request and when it is started. The same object stands in fleetwide.config.json, is
 * made by the command line, and becomes a schedule of EventBridge Scheduler.
 */
import { z } from 'zod';
import { Delivery, Overlap } from './delivery.ts';
import { Timestamp } from './primitives.ts';
import { parseOrThrow, wrong } from './problems.ts';
import { Request } from './request.ts';
import { ExpressionProblem } from './schedules/cron.ts';
import { parseExpression } from './schedules/expression.ts';
import { isTimeZone } from './schedules/zone.ts';

const Expression = z
  .string()
  .max(256, wrong('is longer than 256 characters', 'EventBridge Scheduler takes no more'))
  .superRefine((text, ctx) => {
    try {
      parseExpression(text);
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
      ctx.addIssue({ code: 'custom', message: wrong(error.message, error.remedy) });
    }
  });

export const Schedule = z
  .strictObject({
    name: Delivery.shape.name,
    description: z
      .string()
      .max(512, wrong('is longer than 512 characters', 'Shorten it'))
      .optional()
      .meta({ description: 'What it is for.' }),
    expression: Expression.meta({
      description:
        'cron(minutes hours day-of-month month day-of-week year), rate(n minutes|hours|days) or at(yyyy-mm-ddThh:mm:ss).',
    }),
    timezone: z
      .string()
      .refine(isTimeZone, wrong('is no time zone', 'Write it like Europe/Helsinki, or UTC'))
      .default('UTC')
      .meta({ description: 'IANA time zone of the expression, with its daylight saving time.' }),
    flexibleMinutes: z
      .int()
      .min(1, wrong('below 1', 'Give 1 to 1440 minutes, or leave it out'))
      .max(1440, wrong('above 1440', 'Give 1 to 1440 minutes, or leave it out'))
      .optional()
      .meta({ description: 'It starts at some time within so many minutes. Default: at once.' }),
    latestMinutes: z
      .int()
      .min(1, wrong('below 1', 'Give 1 to 1440 minutes'))
      .max(1440, wrong('above 1440', 'EventBridge Scheduler tries for a day at most'))
      .default(60)
      .meta({
        description:
          'What could not be started for so many minutes goes to the dead-letter queue instead.',
      }),
    start: Timestamp.optional().meta({ description: 'Not before that time.' }),
    end: Timestamp.optional().meta({ description: 'Not after that time.' }),
    enabled: z.boolean().default(true).meta({ description: 'false: it is paused.' }),
    overlap: Overlap,
    request: Request.refine(
      (request) => request.schedule === undefined,
      wrong('names a schedule itself', 'Remove `schedule` from it: the schedule fills it in'),
    ).meta({ description: 'What is started, in full: a schedule keeps a request of its own.' }),
  })
  .superRefine(({ start, end }, ctx) => {
    if (start && end && Date.parse(start) >= Date.parse(end))
      ctx.addIssue({
        code: 'custom',
        path: ['end'],
        message: wrong('is not after start', 'Give a later time, or leave one of them out'),
      });
  })
  .meta({ title: 'Fleetwide schedule' });
export type Schedule = z.output<typeof Schedule>;
export type ScheduleInput = z.input<typeof Schedule>;

export const parseSchedule = (input: unknown): Schedule =>
  parseOrThrow(Schedule, input, 'InvalidSchedule', 'schedule');
