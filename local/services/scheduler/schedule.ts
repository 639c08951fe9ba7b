/** A schedule as it is kept, and what a request for one must keep to. */
import type { CreateScheduleInput } from '@aws-sdk/client-scheduler';
import { AwsError } from '../../core/operation.ts';
import { ExpressionProblem } from '../../../contract/schedules/cron.ts';
import { type Expression, parseExpression } from '../../../contract/schedules/expression.ts';
import type { Timetable } from '../../../contract/schedules/times.ts';
import { isTimeZone } from '../../../contract/schedules/zone.ts';

export interface Schedule {
  readonly arn: string;
  readonly groupArn: string;
  readonly account: string;
  readonly region: string;
  readonly group: string;
  readonly name: string;
  readonly text: string;
  readonly timetable: Timetable;
  readonly start?: Date;
  readonly end?: Date;
  readonly description?: string;
  readonly enabled: boolean;
  /** Delete it when it has nothing more to do. */
  readonly deletedAfter: boolean;
  /** 0: at once. */
  readonly windowMinutes: number;
  readonly target: Target;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

export interface Target {
  readonly arn: string;
  readonly roleArn: string;
  readonly input: string;
  readonly attempts: number;
  readonly maximumAgeSeconds: number;
  readonly deadLetterArn?: string;
}

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** Refuses by name what is not implemented. */
export function onlyKnown(where: string, value: object, known: readonly string[]): void {
  for (const [name, each] of Object.entries(value))
    if (each !== undefined && !known.includes(name))
      throw invalid(`The embedded AWS does not implement ${where}.${name}`);
}

/** What a request says, beside the place that it is for. */
export type Wanted = Omit<CreateScheduleInput, 'ClientToken' | 'Name' | 'GroupName'>;

/** Limits: service model; API reference, CreateSchedule. */
export function scheduleOf(
  place: Pick<Schedule, 'account' | 'region' | 'group' | 'name'>,
  wanted: Wanted,
  now: number,
  createdAt: Date,
): Schedule {
  const { account, region, group, name } = place;
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) throw invalid(`Value '${name}' at 'name' is invalid`);
  const { StartDate, EndDate, State, ActionAfterCompletion, Description } = wanted;
  const text = wanted.ScheduleExpression ?? '';
  const zone = wanted.ScheduleExpressionTimezone ?? 'UTC';
  if (!isTimeZone(zone)) throw invalid(`Invalid Schedule Expression Timezone: ${zone}`);
  if (StartDate && EndDate && StartDate >= EndDate)
    throw invalid('EndDate must come after StartDate');
  const expression = expressionOf(text);
  return {
    ...place,
    arn: `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`,
    groupArn: `arn:aws:scheduler:${region}:${account}:schedule-group/${group}`,
    text,
    timetable: {
      expression,
      zone,
      from: StartDate?.getTime() ?? (expression.kind === 'at' ? 0 : now),
      ...(EndDate && { until: EndDate.getTime() }),
    },
    ...(StartDate && { start: StartDate }),
    ...(EndDate && { end: EndDate }),
    ...(Description !== undefined && { description: Description }),
    enabled: State !== 'DISABLED',
    deletedAfter: ActionAfterCompletion === 'DELETE',
    windowMinutes: windowOf(wanted.FlexibleTimeWindow),
    target: targetOf(wanted.Target),
    createdAt,
    modifiedAt: new Date(now),
  };
}

function expressionOf(text: string): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionProblem)
      throw invalid(`Invalid Schedule Expression ${text}. ${error.message}`);
    throw error;
  }
}

function windowOf(window: Wanted['FlexibleTimeWindow']): number {
  if (window?.Mode === 'OFF') return 0;
  const minutes = window?.MaximumWindowInMinutes ?? 0;
  if (window?.Mode === 'FLEXIBLE' && minutes >= 1 && minutes <= 1440) return minutes;
  throw invalid('FlexibleTimeWindow wants Mode OFF, or FLEXIBLE with 1 to 1440 minutes');
}

function targetOf(target: Wanted['Target']): Target {
  if (!target) throw invalid('Target is missing');
  onlyKnown('Target', target, ['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig']);
  const { Arn = '', RoleArn = '', Input = '{}', RetryPolicy, DeadLetterConfig } = target;
  if (!/^arn:aws:states:[a-z0-9-]+:\d{12}:stateMachine:/.test(Arn))
    throw invalid(`Target.Arn ${Arn}: only state machines are targets here`);
  if (!/^arn:aws:iam::\d{12}:role\//.test(RoleArn))
    throw invalid(`Target.RoleArn ${RoleArn} is no role`);
  const attempts = RetryPolicy?.MaximumRetryAttempts ?? 185;
  const maximumAgeSeconds = RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400;
  if (attempts < 0 || attempts > 185) throw invalid('MaximumRetryAttempts is 0 to 185');
  if (maximumAgeSeconds < 60 || maximumAgeSeconds > 86_400)
    throw invalid('MaximumEventAgeInSeconds is 60 to 86400');
  if (Buffer.byteLength(Input) > 256 * 1024) throw invalid('Input has more than 256 KB');
  const deadLetterArn = DeadLetterConfig?.Arn;
  return {
    arn: Arn,
    roleArn: RoleArn,
    input: Input,
    attempts,
    maximumAgeSeconds,
    ...(deadLetterArn !== undefined && { deadLetterArn }),
  };
}
