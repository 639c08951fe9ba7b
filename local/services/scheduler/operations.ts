import type {
  CreateScheduleInput,
  CreateScheduleOutput,
  DeleteScheduleInput,
  DeleteScheduleOutput,
  GetScheduleGroupInput,
  GetScheduleGroupOutput,
  GetScheduleInput,
  GetScheduleOutput,
  ListSchedulesInput,
  ListSchedulesOutput,
  UpdateScheduleInput,
  UpdateScheduleOutput,
} from '@aws-sdk/client-scheduler';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { type Authorize, AwsError, type Call, type Operation } from '../../core/operation.ts';
import { page } from '../ssm/paging.ts';
import type { SchedulerEngine } from './engine.ts';
import { invalid, onlyKnown, type Schedule, scheduleOf } from './schedule.ts';

export interface SchedulerDeps {
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly engine: SchedulerEngine;
  readonly groups: Groups;
}

/** Groups by ARN; they come from templates. `default` is there anyway. */
export type Groups = Map<string, Group>;
export interface Group {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
}

const DEFAULT = 'default';

const groupArnOf = ({ region, caller }: Call, name: string) =>
  `arn:aws:scheduler:${region}:${caller.account}:schedule-group/${name}`;
const arnOf = ({ region, caller }: Call, group: string, name: string) =>
  `arn:aws:scheduler:${region}:${caller.account}:schedule/${group}/${name}`;

const missing = (what: string) =>
  new AwsError('ResourceNotFoundException', `${what} does not exist.`, 404);

function mustHaveGroup(deps: SchedulerDeps, call: Call, name: string): void {
  if (name !== DEFAULT && !deps.groups.has(groupArnOf(call, name)))
    throw missing(`Schedule Group ${name}`);
}

function existing(deps: SchedulerDeps, call: Call, groupName: string, name: string): Schedule {
  const schedule = deps.engine.get(arnOf(call, groupName, name));
  if (!schedule) throw missing(`Schedule ${name}`);
  return schedule;
}

/** Who makes a schedule hands its role to Scheduler (IAM User Guide, "Granting a user permissions to pass a role"). */
function mayPass(deps: SchedulerDeps, call: Call, roleArn: string): void {
  deps.authorize(call, {
    action: 'iam:PassRole',
    resource: roleArn,
    context: { 'iam:PassedToService': ['scheduler.amazonaws.com'] },
  });
}

const KNOWN = [
  'Name',
  'GroupName',
  'ClientToken',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'StartDate',
  'EndDate',
  'Description',
  'State',
  'Target',
  'FlexibleTimeWindow',
  'ActionAfterCompletion',
];

export const createSchedule =
  (deps: SchedulerDeps): Operation<CreateScheduleInput, CreateScheduleOutput> =>
  async (call, input) => {
    onlyKnown('CreateSchedule', input, KNOWN);
    const { Name: name = '', GroupName: groupName = DEFAULT } = input;
    const arn = arnOf(call, groupName, name);
    deps.authorize(call, { action: 'scheduler:CreateSchedule', resource: arn });
    mustHaveGroup(deps, call, groupName);
    const now = deps.clock.now();
    const place = { account: call.caller.account, region: call.region, group: groupName, name };
    const schedule = scheduleOf(place, input, now, new Date(now));
    mayPass(deps, call, schedule.target.roleArn);
    if (deps.engine.get(arn))
      throw new AwsError('ConflictException', `Schedule ${name} already exists.`, 409);
    deps.engine.put(schedule);
    return { ScheduleArn: arn };
  };

export const updateSchedule =
  (deps: SchedulerDeps): Operation<UpdateScheduleInput, UpdateScheduleOutput> =>
  async (call, input) => {
    onlyKnown('UpdateSchedule', input, KNOWN);
    const { Name: name = '', GroupName: groupName = DEFAULT } = input;
    const arn = arnOf(call, groupName, name);
    deps.authorize(call, { action: 'scheduler:UpdateSchedule', resource: arn });
    const { createdAt, account, region } = existing(deps, call, groupName, name);
    // All of it anew: what the request leaves out has its default again (API reference, UpdateSchedule).
    const place = { account, region, group: groupName, name };
    const schedule = scheduleOf(place, input, deps.clock.now(), createdAt);
    mayPass(deps, call, schedule.target.roleArn);
    deps.engine.put(schedule);
    return { ScheduleArn: arn };
  };

export const getSchedule =
  (deps: SchedulerDeps): Operation<GetScheduleInput, GetScheduleOutput> =>
  async (call, { Name: name = '', GroupName: groupName = DEFAULT }) => {
    const resource = arnOf(call, groupName, name);
    deps.authorize(call, { action: 'scheduler:GetSchedule', resource });
    const each = existing(deps, call, groupName, name);
    const { target } = each;
    return {
      Arn: each.arn,
      GroupName: each.group,
      Name: each.name,
      ScheduleExpression: each.text,
      ScheduleExpressionTimezone: each.timetable.zone,
      StartDate: each.start,
      EndDate: each.end,
      Description: each.description,
      State: stateOf(each),
      CreationDate: each.createdAt,
      LastModificationDate: each.modifiedAt,
      ActionAfterCompletion: each.deletedAfter ? 'DELETE' : 'NONE',
      FlexibleTimeWindow:
        each.windowMinutes > 0
          ? { Mode: 'FLEXIBLE', MaximumWindowInMinutes: each.windowMinutes }
          : { Mode: 'OFF' },
      Target: {
        Arn: target.arn,
        RoleArn: target.roleArn,
        Input: target.input,
        RetryPolicy: {
          MaximumRetryAttempts: target.attempts,
          MaximumEventAgeInSeconds: target.maximumAgeSeconds,
        },
        ...(target.deadLetterArn && { DeadLetterConfig: { Arn: target.deadLetterArn } }),
      },
    };
  };

const stateOf = ({ enabled }: Schedule) => (enabled ? 'ENABLED' : 'DISABLED');

export const deleteSchedule =
  (deps: SchedulerDeps): Operation<DeleteScheduleInput, DeleteScheduleOutput> =>
  async (call, { Name: name = '', GroupName: groupName = DEFAULT }) => {
    const resource = arnOf(call, groupName, name);
    deps.authorize(call, { action: 'scheduler:DeleteSchedule', resource });
    deps.engine.delete(existing(deps, call, groupName, name).arn);
    return {};
  };

const MOST_A_PAGE = 100;

export const listSchedules =
  (deps: SchedulerDeps): Operation<ListSchedulesInput, ListSchedulesOutput> =>
  async (call, input) => {
    onlyKnown('ListSchedules', input, [
      'GroupName',
      'NamePrefix',
      'State',
      'MaxResults',
      'NextToken',
    ]);
    const { GroupName: groupName, NamePrefix = '', State, MaxResults = MOST_A_PAGE } = input;
    deps.authorize(call, { action: 'scheduler:ListSchedules', resource: '*' });
    if (groupName !== undefined) mustHaveGroup(deps, call, groupName);
    if (MaxResults < 1 || MaxResults > MOST_A_PAGE) throw invalid('MaxResults is 1 to 100');
    const { account } = call.caller;
    const all = deps.engine
      .all()
      .filter(
        (each) =>
          each.account === account &&
          each.region === call.region &&
          (groupName === undefined || each.group === groupName) &&
          (State === undefined || stateOf(each) === State) &&
          each.name.startsWith(NamePrefix),
      )
      .toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
    const { items, nextToken } = page(
      {
        size: MaxResults,
        token: input.NextToken,
        query: [account, call.region, groupName, NamePrefix, State],
        badToken: () => invalid('Invalid NextToken'),
      },
      (after: string | undefined) =>
        all
          .filter(({ arn }) => after === undefined || arn > after)
          .map((each) => [each, each.arn] as const),
      z.string(),
    );
    return {
      Schedules: items.map((each) => ({
        Arn: each.arn,
        Name: each.name,
        GroupName: each.group,
        State: stateOf(each),
        CreationDate: each.createdAt,
        LastModificationDate: each.modifiedAt,
        Target: { Arn: each.target.arn },
      })),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  };

export const getScheduleGroup =
  (deps: SchedulerDeps): Operation<GetScheduleGroupInput, GetScheduleGroupOutput> =>
  async (call, { Name: name = '' }) => {
    const arn = groupArnOf(call, name);
    deps.authorize(call, { action: 'scheduler:GetScheduleGroup', resource: arn });
    const found = deps.groups.get(arn);
    if (!found) throw missing(`Schedule Group ${name}`);
    return { Arn: arn, Name: name, State: 'ACTIVE', CreationDate: found.createdAt };
  };
