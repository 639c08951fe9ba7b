import { existsSync } from 'node:fs';
import { setTimeout as elapse } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, call, REGION, world } from './support.ts';

describe('a script through the service', () => {
  const { send, wait, operations, details, fleet } = world();
  const addReal = () => fleet.addNode({ account: ACCOUNT, region: REGION });
  afterAll(() => fleet.close());

  it('runs as a process, and its result is what the process did', async () => {
    const node = addReal();
    const CommandId = await send([node], {
      Parameters: { commands: ['echo "$SSM_COMMAND_ID"', 'echo oops >&2', 'exit 7'] },
    });
    await wait(1000);
    const input = { CommandId, InstanceId: node.id };
    expect(await operations.GetCommandInvocation(call(), input)).toMatchObject({
      Status: 'Failed',
      ResponseCode: 7,
      StandardOutputContent: `${CommandId}\n`,
      StandardErrorContent: 'oops\nfailed to run commands: exit status 7',
    });
    expect(fleet.executions()).toBe(1);
  });

  it('is killed when the command is cancelled', async () => {
    const node = addReal();
    const CommandId = await send([node], {
      Parameters: { commands: ['echo begun', 'touch begun', 'sleep 60'] },
    });
    const end = wait(1000);
    while (!existsSync(`${fleet.home(node.id)}/begun`)) await elapse(20);
    await operations.CancelCommand(call(), { CommandId });
    await end;
    expect(await details(CommandId)).toEqual(['Cancelled']);
    const input = { CommandId, InstanceId: node.id };
    expect(await operations.GetCommandInvocation(call(), input)).toMatchObject({
      ResponseCode: 137,
      StandardOutputContent: 'begun\n',
    });
  });

  it('is a failure by name when the embedded AWS cannot run it', async () => {
    const { send: sendHere, wait: waitHere, operations: ssm, fleet: broken } = world();
    const node = broken.addNode({ account: ACCOUNT, region: REGION });
    await broken.close();
    const CommandId = await sendHere([node]);
    await waitHere(1000);
    const input = { CommandId, InstanceId: node.id };
    expect(await ssm.GetCommandInvocation(call(), input)).toMatchObject({
      Status: 'Failed',
      ResponseCode: 1,
      StandardErrorContent: 'the embedded AWS could not run this: Error: the fleet is closed',
    });
  });
});
