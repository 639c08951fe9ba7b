/** What Scheduler starts, and what it leaves where it cannot. */
import { parseSchedule } from '../../../../contract/schedule.ts';
import { scheduledAs } from '../../../../contract/scheduled.ts';
import { SCHEDULER_ROLE } from '../../../../contract/names.ts';
import { sleep } from '../../../../local/core/clock.ts';
import { deployStack } from '../../../../local/deploy/index.ts';
import type { Errand } from '../proof.ts';
import { at } from '../trouble.ts';
import { HUB, machineArn, REGIONS, request } from '../world.ts';
import { AT_HOME, type Stage } from './stage.ts';

const MINUTE_MS = 60_000;

export function schedules(stage: Stage): readonly Errand[] {
  const refused = at({ call: 'states:StartExecution', role: SCHEDULER_ROLE }, () => ({
    kind: 'error',
    name: 'StateMachineDoesNotExist',
    message: 'State Machine Does Not Exist',
    status: 400,
  }));
  return [
    { name: 'a schedule that is due', run: () => due(stage) },
    {
      name: 'a schedule that cannot start anything',
      run: () => stage.during([refused], () => due(stage)),
    },
  ];
}

/** In a minute; it plans only. */
async function due(stage: Stage): Promise<string> {
  const { aws } = stage.world;
  const name = stage.next();
  stage.latest.delete(machineArn);
  const from = aws.scheduler.delivered().length;
  const soon = new Date(aws.clock.now() + MINUTE_MS).toISOString().slice(0, 19);
  const here = { partition: 'aws', account: HUB, region: REGIONS[0] };
  const schedule = parseSchedule({
    name,
    expression: `at(${soon})`,
    request: request({ targets: AT_HOME, mode: 'plan' }),
  });
  const Properties = scheduledAs(schedule, here);
  const template = { Resources: { S: { Type: 'AWS::Scheduler::Schedule', Properties } } };
  await deployStack({ stackName: name, account: HUB, region: REGIONS[0], template }, aws.target);
  await sleep(aws.clock, 2 * MINUTE_MS);
  const started = stage.latest.get(machineArn);
  const ended = started === undefined ? [] : [await stage.world.ended(started)];
  return stage.told(name, aws.scheduler.delivered().slice(from), ...ended);
}
