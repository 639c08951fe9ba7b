import { describe, expect, it } from '@jest/globals';
import { call, many, world } from './support.ts';

const slow = { behaviour: () => ({ delayMs: 60_000, stdout: 'begun' }) };

describe('CancelCommand', () => {
  it('stops what runs, drops what waits, and sends nothing more', async () => {
    const { add, send, wait, operations, command, details } = world();
    const nodes = many(4, () => add(slow));
    const id = await send(nodes, { MaxConcurrency: '2' });
    await wait(1000);
    await operations.CancelCommand(call(), { CommandId: id });
    expect(await command(id)).toMatchObject({ Status: 'Cancelling', CompletedCount: 2 });
    expect(await details(id)).toEqual(['Cancelling', 'Cancelling', 'Cancelled', 'Cancelled']);
    await wait(200);
    expect(await command(id)).toMatchObject({
      Status: 'Cancelled',
      CompletedCount: 4,
      ErrorCount: 0,
    });
    const input = { CommandId: id, InstanceId: nodes[0]?.id };
    expect(await operations.GetCommandInvocation(call(), input)).toMatchObject({
      Status: 'Cancelled',
      ResponseCode: 137,
    });
  });

  it('reaches single nodes', async () => {
    const { add, send, wait, operations, command, details } = world();
    const nodes = many(3, () => add(slow));
    const id = await send(nodes);
    await wait(1000);
    await operations.CancelCommand(call(), { CommandId: id, InstanceIds: [nodes[1]?.id ?? ''] });
    await wait(120_000);
    expect(await details(id)).toEqual(['Success', 'Cancelled', 'Success']);
    expect(await command(id)).toMatchObject({ Status: 'Success' });
  });

  it('ends a delayed invocation at once, and cannot reach a node that went away', async () => {
    const { fleet, add, send, wait, operations, command, details } = world();
    const [lost, away] = [add({ pingStatus: 'ConnectionLost' }), add(slow)];
    const id = await send([lost, away], { TimeoutSeconds: 60 });
    await wait(1000);
    fleet.update(away.id, { responsive: false });
    await operations.CancelCommand(call(), { CommandId: id });
    await wait(30_000);
    expect(await details(id)).toEqual(['Cancelled', 'Cancelling']);
    expect(await command(id)).toMatchObject({ Status: 'Cancelling' });
    fleet.update(away.id, { responsive: true });
    await wait(1000);
    expect(await details(id)).toEqual(['Cancelled', 'Cancelled']);
  });

  it('comes before the targets are resolved', async () => {
    const { add, sendTo, wait, operations, command, details } = world();
    add({ tags: { Role: 'web' } });
    const id = await sendTo('web');
    await operations.CancelCommand(call(), { CommandId: id });
    await wait(1000);
    expect(await details(id)).toEqual(['Cancelled']);
    expect(await command(id)).toMatchObject({ Status: 'Cancelled' });
  });

  it('changes nothing about a command that is over', async () => {
    const { add, send, wait, operations, command } = world();
    const id = await send([add()]);
    await wait(1000);
    await operations.CancelCommand(call(), { CommandId: id });
    expect(await command(id)).toMatchObject({ Status: 'Success' });
  });

  it('refuses a command and nodes that it does not know', async () => {
    const { add, send, operations } = world();
    const id = await send([add()]);
    const cancel = (input: object) => operations.CancelCommand(call(), { CommandId: id, ...input });
    await expect(cancel({ CommandId: '0'.repeat(36) })).rejects.toMatchObject({
      name: 'InvalidCommandId',
    });
    await expect(cancel({ InstanceIds: [add().id] })).rejects.toMatchObject({
      name: 'InvalidInstanceId',
    });
    await expect(operations.CancelCommand(call('999999999999'), { CommandId: id })).rejects.toThrow(
      'There is no command',
    );
  });
});
