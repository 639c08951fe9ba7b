import { z } from 'zod';
import { AwsError } from '../../core/operation.ts';
import { scheduleOf } from '../../services/scheduler/schedule.ts';
import { Problem } from '../problems.ts';
import { Name, resourceType } from '../resourceType.ts';

export const scheduleGroup = resourceType({
  type: 'AWS::Scheduler::ScheduleGroup',
  properties: z.strictObject({ Name }),
  plan({ Name: name }, { account, region }) {
    const arn = `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`;
    return {
      ref: name,
      arn,
      attributes: { Arn: arn, State: 'ACTIVE' },
      async create(target) {
        await target.putScheduleGroup({ arn, account, name });
      },
    };
  },
});

const Time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const schedule = resourceType({
  type: 'AWS::Scheduler::Schedule',
  properties: z.strictObject({
    Name,
    GroupName: z.string().default('default'),
    Description: z.string().exactOptional(),
    ScheduleExpression: z.string(),
    ScheduleExpressionTimezone: z.string().default('UTC'),
    StartDate: Time.exactOptional(),
    EndDate: Time.exactOptional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    FlexibleTimeWindow: z.strictObject({
      Mode: z.enum(['OFF', 'FLEXIBLE']),
      MaximumWindowInMinutes: z.int().exactOptional(),
    }),
    Target: z.strictObject({
      Arn: z.string(),
      RoleArn: z.string(),
      Input: z.string().exactOptional(),
      RetryPolicy: z
        .strictObject({
          MaximumRetryAttempts: z.int().exactOptional(),
          MaximumEventAgeInSeconds: z.int().exactOptional(),
        })
        .exactOptional(),
      DeadLetterConfig: z.strictObject({ Arn: z.string() }).exactOptional(),
    }),
  }),
  plan({ Name: name, GroupName: group, ...wanted }, { account, region }) {
    const place = { account, region, group, name };
    const at = (now: number) => scheduleOf(place, wanted, now, new Date(now));
    try {
      const { arn } = at(0);
      return {
        ref: name,
        arn,
        attributes: { Arn: arn },
        async create(target) {
          await target.putSchedule(at);
        },
      };
    } catch (error) {
      if (error instanceof AwsError) throw new Problem(error.message);
      throw error;
    }
  },
});
