/** A schedule as EventBridge Scheduler knows it: the same words in its API and in a template. */
import { z } from 'zod';
import { DEAD_LETTERS, HUB_PATH, SCHEDULE_GROUP, SCHEDULER_ROLE, STATE_MACHINE } from './names.ts';
import { parseJson } from './problems.ts';
import { Request } from './request.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** Filled in by Scheduler at each delivery (User Guide, "Adding context attributes"). */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** What the dispatch machine is started with. */
const inputOf = ({ name, overlap, request }: Schedule): string =>
  JSON.stringify({ ...request, schedule: { name, time: SCHEDULED_TIME, overlap } });

/** Bytes of a target's input (service model, CreateSchedule). */
export const MOST_INPUT = 256 * 1024;

export function scheduledAs(schedule: Schedule, { partition, account, region }: Place) {
  const { description, flexibleMinutes, start, end } = schedule;
  return {
    Name: schedule.name,
    GroupName: SCHEDULE_GROUP,
    ...(description !== undefined && { Description: description }),
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timezone,
    ...(start !== undefined && { StartDate: start }),
    ...(end !== undefined && { EndDate: end }),
    State: schedule.enabled ? ('ENABLED' as const) : ('DISABLED' as const),
    FlexibleTimeWindow:
      flexibleMinutes === undefined
        ? { Mode: 'OFF' as const }
        : { Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes: flexibleMinutes },
    Target: {
      Arn: `arn:${partition}:states:${region}:${account}:stateMachine:${STATE_MACHINE}`,
      RoleArn: `arn:${partition}:iam::${account}:role${HUB_PATH}${SCHEDULER_ROLE}`,
      Input: inputOf(schedule),
      // As often as it goes within the time that is given.
      RetryPolicy: {
        MaximumEventAgeInSeconds: schedule.latestMinutes * 60,
        MaximumRetryAttempts: 185,
      },
      DeadLetterConfig: { Arn: `arn:${partition}:sqs:${region}:${account}:${DEAD_LETTERS}` },
    },
  };
}
export type Scheduled = ReturnType<typeof scheduledAs>;

/** What Scheduler answers about one of ours. */
const Stored = z.object({
  Name: z.string(),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  StartDate: z.date().optional(),
  EndDate: z.date().optional(),
  State: z.enum(['ENABLED', 'DISABLED']),
  FlexibleTimeWindow: z.object({ MaximumWindowInMinutes: z.int().optional() }),
  Target: z.object({
    Input: z.string(),
    RetryPolicy: z.object({ MaximumEventAgeInSeconds: z.int() }),
  }),
});
const Input = z.looseObject({ schedule: z.object({ overlap: z.string() }) });

/** The other way round; throws InvalidSchedule for what is none of ours. */
export function scheduleFrom(answer: unknown): Schedule {
  const stored = Stored.parse(answer);
  const what = `schedule ${stored.Name}`;
  const { schedule, ...request } = parseJson(Input, stored.Target.Input, 'InvalidSchedule', what);
  return parseSchedule({
    name: stored.Name,
    ...(stored.Description !== undefined && { description: stored.Description }),
    expression: stored.ScheduleExpression,
    timezone: stored.ScheduleExpressionTimezone,
    ...(stored.StartDate && { start: stored.StartDate.toISOString() }),
    ...(stored.EndDate && { end: stored.EndDate.toISOString() }),
    enabled: stored.State === 'ENABLED',
    ...(stored.FlexibleTimeWindow.MaximumWindowInMinutes !== undefined && {
      flexibleMinutes: stored.FlexibleTimeWindow.MaximumWindowInMinutes,
    }),
    latestMinutes: Math.ceil(stored.Target.RetryPolicy.MaximumEventAgeInSeconds / 60),
    overlap: schedule.overlap,
    request: Request.parse(request),
  });
}
