/** The hub's schedules as the CLI sees them: EventBridge Scheduler, in the group of the hub. */
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { SCHEDULE_GROUP } from '../contract/names.ts';
import type { Schedule } from '../contract/schedule.ts';
import { MOST_INPUT, type Place, scheduledAs, scheduleFrom } from '../contract/scheduled.ts';
import { CliError, EXIT } from './exit.ts';

export interface Stored {
  readonly schedule: Schedule;
  /** Milliseconds since the epoch: from then on a rate counts. */
  readonly createdAt: number;
}

export interface Schedules {
  create(schedule: Schedule): Promise<void>;
  update(schedule: Schedule): Promise<void>;
  get(name: string): Promise<Stored>;
  names(): Promise<string[]>;
  delete(name: string): Promise<void>;
}

const one = (Name: string) => ({ Name, GroupName: SCHEDULE_GROUP });

export function createSchedules(client: SchedulerClient, place: Place): Schedules {
  const failed = (what: string, name: string) => (error: unknown) => {
    if (error instanceof ConflictException)
      throw new CliError(
        `schedule ${name} is there already; delete it first, or give another name`,
        EXIT.request,
      );
    if (error instanceof ResourceNotFoundException)
      throw new CliError(
        `no schedule ${name} in account ${place.account}, ${place.region} (fleetwide schedule list shows them)`,
        EXIT.request,
      );
    throw new CliError(`cannot ${what} schedule ${name}: ${String(error)}`, EXIT.broken);
  };
  return {
    async create(schedule) {
      await client
        .send(new CreateScheduleCommand(asInput(schedule, place)))
        .catch(failed('create', schedule.name));
    },
    async update(schedule) {
      await client
        .send(new UpdateScheduleCommand(asInput(schedule, place)))
        .catch(failed('change', schedule.name));
    },
    async get(name) {
      const answer = await client
        .send(new GetScheduleCommand(one(name)))
        .catch(failed('read', name));
      return { schedule: scheduleFrom(answer), createdAt: answer.CreationDate?.getTime() ?? 0 };
    },
    async names() {
      const names: string[] = [];
      for (let token: string | undefined, first = true; first || token; first = false) {
        const page = await client
          .send(
            new ListSchedulesCommand({
              GroupName: SCHEDULE_GROUP,
              ...(token !== undefined && { NextToken: token }),
            }),
          )
          .catch((error: unknown) => {
            if (error instanceof ResourceNotFoundException)
              throw new CliError(
                `no Fleetwide hub with schedules in account ${place.account}, ${place.region}.\nUse the hub account's credentials and its home Region (--region), or deploy the Hub stack again.`,
                EXIT.broken,
              );
            throw new CliError(`cannot list the schedules: ${String(error)}`, EXIT.broken);
          });
        names.push(...(page.Schedules ?? []).flatMap(({ Name }) => Name ?? []));
        token = page.NextToken;
      }
      return names;
    },
    async delete(name) {
      await client.send(new DeleteScheduleCommand(one(name))).catch(failed('delete', name));
    },
  };
}

function asInput(schedule: Schedule, place: Place) {
  const { StartDate, EndDate, ...input } = scheduledAs(schedule, place);
  const bytes = Buffer.byteLength(input.Target.Input);
  if (bytes > MOST_INPUT)
    throw new CliError(
      `the request comes to ${bytes} bytes; a schedule takes ${MOST_INPUT}. Shorten its script.`,
      EXIT.request,
    );
  return {
    ...input,
    ...(StartDate !== undefined && { StartDate: new Date(StartDate) }),
    ...(EndDate !== undefined && { EndDate: new Date(EndDate) }),
  };
}
