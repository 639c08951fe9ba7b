/** Schedules, from the command line and from the configuration, in virtual time. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { DEAD_LETTERS, SCHEDULE_GROUP } from '../../contract/names.ts';
import { parseRequest } from '../../contract/request.ts';
import { parseSchedule, type ScheduleInput } from '../../contract/schedule.ts';
import { scheduledAs } from '../../contract/scheduled.ts';
import { sleep } from '../../local/core/clock.ts';
import { deployStack } from '../../local/deploy/index.ts';
import type { Fault } from '../../local/wire/faults.ts';
import {
  HUB,
  machineArn,
  makeWorld,
  REGIONS,
  request,
  SPOKES,
  type World,
} from './support/world.ts';

const [SPOKE] = SPOKES;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Days pass in here, with dozens of looks at nodes that do not answer. */
jest.setTimeout(300_000);

let world: World;
let fault: ((operation: string) => Fault | undefined) | undefined;
let times = 1;
beforeAll(async () => {
  world = await makeWorld({
    spokes: [SPOKE],
    faults: ({ operation }, phase) => (phase === 'before' ? fault?.(operation) : undefined),
    deliveries: () => times,
  });
});
afterAll(() => world.close());

const targets = (tag: string) => ({ accounts: [SPOKE], regions: [REGIONS[0]], tags: { S: [tag] } });

/** As `cdk deploy` would. */
async function deployed(schedule: ScheduleInput): Promise<void> {
  const here = { partition: 'aws', account: HUB, region: 'eu-west-1' };
  const Properties = scheduledAs(parseSchedule(schedule), here);
  const template = { Resources: { S: { Type: 'AWS::Scheduler::Schedule', Properties } } };
  await deployStack(
    { stackName: schedule.name, account: HUB, region: 'eu-west-1', template },
    world.aws.target,
  );
}

interface Ran {
  readonly status: string | undefined;
  readonly next: string | undefined;
}

const Output = z.object({ next: z.string().optional() });

/** Dispatches of a schedule, in the order of their start, once all have ended. */
async function ran(name: string): Promise<Ran[]> {
  const { executions = [] } = await world.client.send(
    new ListExecutionsCommand({ stateMachineArn: machineArn }),
  );
  const all: Ran[] = [];
  for (const { executionArn = '' } of executions.toReversed()) {
    const about = await world.client.send(new DescribeExecutionCommand({ executionArn }));
    if (!about.input?.includes(`"schedule":{"name":"${name}"`)) continue;
    await world.ended(executionArn);
    const { status, output } = await world.client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    all.push({ status, next: output ? Output.parse(JSON.parse(output)).next : undefined });
  }
  return all;
}

describe('a schedule', () => {
  it('starts its request when it is due, by the clock of its time zone', async () => {
    const node = world.node({ tags: { S: 'cron' } });
    // The world begins on a Saturday at 8:00 UTC, 10:00 in Helsinki.
    await deployed({
      name: 'cron',
      expression: 'cron(30 11 ? * SAT *)',
      timezone: 'Europe/Helsinki',
      request: request({ targets: targets('cron') }),
    });
    await sleep(world.aws.clock, 89 * MINUTE);
    expect(world.file(node, 'runs')).toBeUndefined();
    await sleep(world.aws.clock, 10 * MINUTE);
    expect(await ran('cron')).toEqual([{ status: 'SUCCEEDED', next: undefined }]);
    expect(world.file(node, 'runs')).toBe('run\n');
  });

  it('is dropped the second time, when it is delivered twice', async () => {
    const node = world.node({ tags: { S: 'twice' } });
    times = 2;
    await deployed({
      name: 'twice',
      expression: 'rate(1 day)',
      overlap: 'allow',
      request: request({ targets: targets('twice') }),
    });
    await sleep(world.aws.clock, 10 * MINUTE);
    times = 1;
    const all = await ran('twice');
    expect(all.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(all.filter(({ next }) => next === 'drop')).toHaveLength(1);
    expect(world.file(node, 'runs')).toBe('run\n');
    const told = world.aws.events.all.filter((e) => e['detail-type'] === 'DeliveryDropped');
    expect(told.map(({ detail }) => detail)).toMatchObject([
      { schedule: 'twice', reason: 'duplicate' },
    ]);
  });
});

describe('while the dispatch before runs', () => {
  const LONG = { deliverySeconds: 5400 };
  /** A node that takes an hour and a half not to answer; the schedule comes every hour. */
  async function overlapping(overlap: 'skip' | 'queue' | 'allow', hours: number) {
    world.node({ tags: { S: overlap }, responsive: false });
    await deployed({
      name: overlap,
      expression: 'rate(1 hour)',
      overlap,
      end: new Date(world.aws.clock.now() + (hours - 1) * HOUR + MINUTE).toISOString(),
      request: request({ targets: targets(overlap), timeouts: LONG }),
    });
    const states: string[] = [];
    await sleep(world.aws.clock, hours * HOUR);
    for (const { status, next } of await ran(overlap)) states.push(next ?? status ?? '');
    return states;
  }

  it('skip drops the next', async () => {
    expect(await overlapping('skip', 2)).toEqual(['FAILED', 'drop']);
  });

  it('queue lets one wait, and drops what comes while it does', async () => {
    const started = world.aws.clock.now();
    expect(await overlapping('queue', 3)).toEqual(['FAILED', 'FAILED', 'drop']);
    expect(world.aws.clock.now() - started).toBeGreaterThan(2 * 5400 * 1000);
  });

  it('allow runs both', async () => {
    expect(await overlapping('allow', 2)).toEqual(['FAILED', 'FAILED']);
  });
});

it('a dispatch that was stopped does not keep the turn', async () => {
  const schedule = (time: string) => ({ name: 'stopped', time, overlap: 'skip' });
  const start = async (name: string, time: string) =>
    world.client.send(
      new StartExecutionCommand({
        stateMachineArn: machineArn,
        name,
        input: JSON.stringify({
          ...parseRequest(request({ targets: targets('cron') })),
          schedule: schedule(time),
        }),
      }),
    );
  const { executionArn = '' } = await start('turn-1', '2026-11-22T00:00:00Z');
  await world.ended(executionArn);
  const second = await start('turn-2', '2026-11-23T00:00:00Z');
  expect((await world.ended(second.executionArn ?? '')).output).not.toHaveProperty('dropped');
});

it('what cannot be started is a dead letter, and no later dispatch', async () => {
  fault = (operation) =>
    operation === 'StartExecution'
      ? { kind: 'error', name: 'ServiceUnavailable', message: 'no', status: 503 }
      : undefined;
  await deployed({
    name: 'missed',
    expression: `at(${new Date(world.aws.clock.now() + MINUTE).toISOString().slice(0, 19)})`,
    latestMinutes: 30,
    request: request({ targets: targets('cron') }),
  });
  await sleep(world.aws.clock, 2 * HOUR);
  fault = undefined;
  expect(await ran('missed')).toEqual([]);
  const { messages } = world.aws.queues.existing(`arn:aws:sqs:eu-west-1:${HUB}:${DEAD_LETTERS}`);
  expect(messages).toHaveLength(1);
  expect(messages[0]?.attributes).toMatchObject({
    ERROR_CODE: { StringValue: 'ServiceUnavailable' },
    EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumEventAgeInSeconds' },
    SCHEDULE_ARN: {
      StringValue: `arn:aws:scheduler:eu-west-1:${HUB}:schedule/${SCHEDULE_GROUP}/missed`,
    },
  });
});
