import { z } from 'zod';
import { sleep } from '../../../../core/clock.ts';
import { select } from '../select.ts';
import { type Action, type Context, parsed } from './action.ts';

const Inputs = z.strictObject({
  InstanceIds: z.array(z.string()).min(1),
  DesiredState: z.enum(['running', 'stopped', 'terminated']),
  CheckStateOnly: z.boolean().default(false),
  Force: z.boolean().optional(),
});

const CHANGES = {
  running: 'StartInstances',
  stopped: 'StopInstances',
  terminated: 'TerminateInstances',
} as const;
/** AWS does not say how often it looks. */
const EVERY_MS = 5_000;

export const changeInstanceState: Action = {
  timeoutSeconds: 3600,
  async run(context, inputs) {
    const { InstanceIds, DesiredState, CheckStateOnly, Force } = parsed(Inputs, inputs, context);
    if (!CheckStateOnly)
      await context.api('ec2', CHANGES[DesiredState], {
        InstanceIds,
        ...(Force && DesiredState === 'stopped' && { Force }),
      });
    let states = await statesOf(context, InstanceIds);
    while (states.some((state) => state !== DesiredState)) {
      await sleep(context.clock, EVERY_MS, context.signal);
      states = await statesOf(context, InstanceIds);
    }
    return { outputs: { InstanceStates: states } };
  },
};

async function statesOf(context: Context, InstanceIds: readonly string[]): Promise<string[]> {
  const answer = await context.api('ec2', 'DescribeInstances', { InstanceIds });
  return z.array(z.string()).parse(select(answer, '$.Reservations[*].Instances[*].State.Name'));
}
