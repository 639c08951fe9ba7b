/** Dispatches that are stopped, and what takes them up again. */
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { functionName } from '../../../../contract/names.ts';
import type { Faults } from '../../../../local/wire/faults.ts';
import type { Errand } from '../proof.ts';
import { at, type Moment, once } from '../trouble.ts';
import { machineArn, recallArn } from '../world.ts';
import { arnOf, INPUT, LONG, SLOW, type Stage } from './stage.ts';

const SENT: Moment = { call: 'ssm:SendCommand', phase: 'after' };
const CANCELLING: Moment = { call: 'ssm:CancelCommand' };

export function recalls(stage: Stage): readonly Errand[] {
  const gone = at({ call: 's3:GetObject', role: functionName('cancel') }, () =>
    stage.forget('/progress/'),
  );
  return [
    { name: 'stopped once it is sent', run: () => stopped(stage, SENT, SLOW) },
    {
      name: 'stopped, and its notebook is gone',
      run: () => stopped(stage, SENT, SLOW, [gone]),
    },
    {
      name: 'stopped, and its long output is in S3',
      run: () => stopped(stage, SENT, { ...INPUT, action: LONG, output: 's3' }),
    },
    {
      name: 'stopped and redriven',
      run: async () => {
        const first = await stopped(stage, SENT, SLOW);
        return `${first}\n${await redriven(stage, machineArn)}`;
      },
    },
    { name: 'a recall that is stopped and redriven', run: () => recallRedriven(stage) },
  ];
}

function stopped(
  stage: Stage,
  moment: Moment,
  input: unknown,
  more: readonly Faults[] = [],
): Promise<string> {
  const id = stage.next();
  const stop = once(moment, () => stage.world.stopAtOnce(arnOf(id)));
  return stage.during([stop, ...more], async () => {
    await stage.world.start(id, input);
    return stage.told(id, await stage.ended(id));
  });
}

/** The last execution of a machine, if it did not end well. */
async function redriven({ world, latest }: Stage, machine: string): Promise<string> {
  const executionArn = latest.get(machine) ?? '';
  const redrive = new RedriveExecutionCommand({ executionArn });
  const started = await world.client.send(redrive).catch((error: unknown) => String(error));
  return JSON.stringify([started, await world.ended(executionArn)]);
}

async function recallRedriven(stage: Stage): Promise<string> {
  const stop = once(CANCELLING, () => stage.world.stopAtOnce(stage.latest.get(recallArn) ?? ''));
  const first = await stopped(stage, SENT, SLOW, [stop]);
  return `${first}\n${await redriven(stage, recallArn)}`;
}
