import { describe, expect, it } from '@jest/globals';
import { call, many, START, world } from './support.ts';

const HOUR = 3_600_000;

describe('a command that is sent to node ids', () => {
  it('answers at once with its counts, deadline and status', async () => {
    const { add, operations } = world();
    const nodes = many(3, () => add());
    const { Command } = await operations.SendCommand(call(), {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: nodes.map(({ id }) => id),
      Parameters: { commands: ['date'], executionTimeout: ['600'] },
      TimeoutSeconds: 30,
      Comment: 'd-1 w1 g0 b0',
    });
    expect(Command).toMatchObject({
      Status: 'Pending',
      StatusDetails: 'Pending',
      TargetCount: 3,
      CompletedCount: 0,
      Comment: 'd-1 w1 g0 b0',
      DocumentVersion: '$DEFAULT',
      MaxConcurrency: '50',
      MaxErrors: '0',
      Parameters: { commands: ['date'], executionTimeout: ['600'] },
      RequestedDateTime: new Date(START),
      ExpiresAfter: new Date(START + 630_000),
    });
    expect(Command?.CommandId).toHaveLength(36);
  });

  it('exists for reads only some hundred milliseconds later', async () => {
    const { add, send, wait, operations, details, command } = world();
    const node = add();
    const id = await send([node]);
    const get = () =>
      operations.GetCommandInvocation(call(), { CommandId: id, InstanceId: node.id });
    await wait(299);
    expect(await command(id)).toBeUndefined();
    expect((await operations.ListCommands(call(), {})).Commands).toEqual([]);
    expect(await details(id)).toEqual([]);
    await expect(get()).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
    await wait(1);
    expect(await command(id)).toMatchObject({ Status: 'Success' });
    expect(await details(id)).toEqual(['Success']);
    expect(await get()).toMatchObject({ Status: 'Success', ResponseCode: 0 });
  });

  it('runs with each of its statuses and gives the times of the script', async () => {
    const { add, send, wait, operations, command } = world();
    const node = add({ behaviour: () => ({ delayMs: 10_000, stdout: 'done\n' }) });
    const id = await send([node]);
    const get = () =>
      operations.GetCommandInvocation(call(), { CommandId: id, InstanceId: node.id });
    await wait(1000);
    expect(await command(id)).toMatchObject({ Status: 'InProgress', StatusDetails: 'InProgress' });
    const began = new Date(START + 150).toISOString();
    expect(await get()).toMatchObject({
      Status: 'InProgress',
      ResponseCode: -1,
      ExecutionStartDateTime: began,
      ExecutionEndDateTime: '',
      StandardOutputContent: '',
    });
    await wait(10_000);
    expect(await command(id)).toMatchObject({ Status: 'Success', CompletedCount: 1 });
    expect(await get()).toMatchObject({
      Status: 'Success',
      PluginName: 'aws:runShellScript',
      ExecutionStartDateTime: began,
      ExecutionEndDateTime: new Date(START + 10_150).toISOString(),
      ExecutionElapsedTime: 'PT10S',
      StandardOutputContent: 'done\n',
    });
  });
});

describe('the ramp', () => {
  const gauge = () => {
    const starts: number[] = [];
    return { starts, started: (at: number) => starts.push(at - START) };
  };

  it('sends 1, 2, 4, … and waits for their acknowledgements', async () => {
    const { clock, add, send, wait } = world();
    const { starts, started } = gauge();
    const behaviour = () => {
      started(clock.now());
      return { delayMs: 60_000 };
    };
    await send(many(50, () => add({ behaviour })));
    await wait(2000);
    const count = (at: number) => starts.filter((start) => start === at).length;
    expect([150, 250, 350, 450, 550, 650].map(count)).toEqual([1, 2, 4, 8, 16, 19]);
  });

  it('never has more than MaxConcurrency nodes at work', async () => {
    const { clock, add, send, wait, command } = world();
    let atWork = 0;
    let most = 0;
    const behaviour = () => {
      most = Math.max(most, ++atWork);
      clock.after(10_000, () => atWork--);
      return { delayMs: 10_000 };
    };
    const id = await send(
      many(20, () => add({ behaviour })),
      { MaxConcurrency: '15%' },
    );
    await wait(5 * 60_000);
    expect(most).toBe(3);
    expect(await command(id)).toMatchObject({ Status: 'Success', CompletedCount: 20 });
  });

  it('is not held up by nodes that are not there', async () => {
    const { add, send, wait, details } = world();
    const lost = add({ pingStatus: 'ConnectionLost' });
    const id = await send([lost, ...many(5, () => add())]);
    await wait(1000);
    expect(await details(id)).toEqual(['Delayed', ...Array(5).fill('Success')]);
  });
});

describe('MaxErrors', () => {
  const failing = (index: number) => ({
    behaviour: () => ({ exitCode: index < 3 ? 1 : 0, delayMs: 1000 }),
  });

  it.each([
    ['0', 1, 9, 'Failed'],
    ['2', 3, 7, 'Failed'],
    ['20%', 3, 7, 'Failed'],
    ['3', 3, 0, 'Success'],
    ['30%', 3, 0, 'Success'],
  ])('%s: %i errors, then %i are Terminated: %s', async (MaxErrors, errors, terminated, status) => {
    const { add, send, wait, details, command } = world();
    const nodes = many(10, (index) => add(failing(index)));
    const id = await send(nodes, { MaxErrors, MaxConcurrency: '1' });
    await wait(60_000);
    const all = await details(id);
    expect(all.filter((each) => each === 'Failed')).toHaveLength(errors);
    expect(all.filter((each) => each === 'Terminated')).toHaveLength(terminated);
    expect(await command(id)).toMatchObject({
      Status: status,
      StatusDetails: status,
      CompletedCount: 10,
      ErrorCount: errors,
    });
  });

  it('lets finish what runs', async () => {
    const { add, send, wait, details } = world();
    const nodes = many(4, (index) => ({
      delayMs: 1000 * (index + 1),
      exitCode: index === 0 ? 1 : 0,
    }));
    const id = await send(nodes.map((outcome) => add({ behaviour: () => outcome })));
    await wait(60_000);
    expect(await details(id)).toEqual(['Failed', 'Success', 'Success', 'Success']);
  });
});

describe('time', () => {
  it('ends what is not over at ExpiresAfter as DeliveryTimedOut, which is no error', async () => {
    const { clock, fleet, add, send, wait, details, command } = world();
    const lost = add({ pingStatus: 'ConnectionLost' });
    const hung = add({ responsive: false });
    const silent = add({ behaviour: () => ({ neverAnswers: true }) });
    const dying = add({ behaviour: () => ({ delayMs: 60_000 }) });
    const id = await send([lost, hung, silent, dying, add()], { TimeoutSeconds: 60 });
    clock.after(30_000, () => fleet.update(dying.id, { state: 'stopped' }));
    await wait(60_000 + HOUR - 1);
    const before = ['Delayed', 'Delayed', 'InProgress', 'InProgress', 'Success'];
    expect(await details(id)).toEqual(before);
    expect(await command(id)).toMatchObject({ Status: 'InProgress', CompletedCount: 1 });
    await wait(1);
    expect(await details(id)).toEqual([...Array(4).fill('DeliveryTimedOut'), 'Success']);
    expect(await command(id)).toMatchObject({
      Status: 'Success',
      CompletedCount: 5,
      DeliveryTimedOutCount: 4,
      ErrorCount: 0,
    });
  });

  it('delivers to a node that comes back in time, and not to one that comes back late', async () => {
    const { clock, fleet, add, send, wait, details } = world();
    const [soon, late] = [add({ responsive: false }), add({ pingStatus: 'ConnectionLost' })];
    const id = await send([soon, late], { TimeoutSeconds: 60 });
    clock.after(59_000, () => fleet.update(soon.id, { responsive: true }));
    clock.after(61_000, () => fleet.update(late.id, { pingStatus: 'Online' }));
    await wait(2 * 60_000);
    expect(await details(id)).toEqual(['Success', 'Delayed']);
    await wait(HOUR);
    expect(await details(id)).toEqual(['Success', 'DeliveryTimedOut']);
  });

  it('takes no answer after the end', async () => {
    const { clock, fleet, add, send, wait, details } = world();
    const node = add({ behaviour: () => ({ delayMs: 60_000 }) });
    const id = await send([node], { TimeoutSeconds: 30 });
    clock.after(10_000, () => fleet.update(node.id, { responsive: false }));
    await wait(2 * HOUR);
    fleet.update(node.id, { responsive: true });
    await wait(1000);
    expect(await details(id)).toEqual(['DeliveryTimedOut']);
  });

  it('counts an execution timeout as an error', async () => {
    const { add, send, wait, operations, command } = world();
    const node = add({ behaviour: () => ({ delayMs: HOUR }) });
    const id = await send([node], { Parameters: { commands: ['x'], executionTimeout: ['60'] } });
    await wait(61_000);
    expect(await command(id)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'ExecutionTimedOut',
      ErrorCount: 1,
      DeliveryTimedOutCount: 0,
    });
    const input = { CommandId: id, InstanceId: node.id };
    expect(await operations.GetCommandInvocation(call(), input)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'ExecutionTimedOut',
      ResponseCode: 137,
    });
  });

  it('leaves no timer behind a command that is over', async () => {
    const { clock, add, send, wait } = world();
    await send([add()]);
    await wait(1000);
    let jumped = false;
    const timer = clock.after(48 * HOUR, () => {
      jumped = true;
    });
    timer.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([jumped, clock.now()]).toEqual([false, START + 1000]);
  });
});

describe('a command that is sent to tags', () => {
  it('has TargetCount 0 until its targets are resolved', async () => {
    const { add, sendTo, wait, command, details } = world();
    add({ tags: { Role: 'web' } });
    add({ tags: { Role: 'db' } });
    const id = await sendTo('web');
    await wait(400);
    expect(await command(id)).toMatchObject({ Status: 'Pending', TargetCount: 0 });
    await wait(1000);
    expect(await command(id)).toMatchObject({ Status: 'Success', TargetCount: 1 });
    expect(await details(id)).toEqual(['Success']);
  });

  it('that nothing has, reports Success with NoInstancesInTag and no target', async () => {
    const { sendTo, wait, command } = world();
    const id = await sendTo('nowhere');
    await wait(1000);
    expect(await command(id)).toMatchObject({
      Status: 'Success',
      StatusDetails: 'NoInstancesInTag',
      TargetCount: 0,
    });
  });

  it('ends a Windows node as InvalidPlatform, a stopped one as Undeliverable, a denied one as AccessDenied', async () => {
    const { add, sendTo, wait, command, details, questions } = world(
      ({ context }) => context?.['ssm:resourceTag/Secret'] !== undefined,
    );
    add({ tags: { Role: 'web' }, platformType: 'Windows' });
    add({ tags: { Role: 'web' }, state: 'stopped' });
    add({ tags: { Role: 'web', Secret: 'yes' } });
    add({ tags: { Role: 'web' } });
    const id = await sendTo('web');
    await wait(1000);
    expect(await details(id)).toEqual([
      'InvalidPlatform',
      'Undeliverable',
      'AccessDenied',
      'Success',
    ]);
    expect(await command(id)).toMatchObject({
      Status: 'Success',
      ErrorCount: 0,
      CompletedCount: 4,
    });
    // The document is the caller's own question, the targets are the service's on its behalf.
    expect(questions.map(({ context }) => context?.['aws:ViaAWSService'])).toEqual([
      undefined,
      ...many(4, () => ['true']),
    ]);
  });

  it.each([
    ['Incomplete', { platformType: 'Windows' as const }, 'Failed'],
    ['AccessDenied', { tags: { Role: 'web', Secret: 'yes' } }, 'Failed'],
  ])('is %s when there is no success', async (StatusDetails, spec, Status) => {
    const { add, sendTo, wait, command } = world(
      ({ context }) => context?.['ssm:resourceTag/Secret'] !== undefined,
    );
    add({ tags: { Role: 'web' }, ...spec });
    const id = await sendTo('web');
    await wait(1000);
    expect(await command(id)).toMatchObject({ Status, StatusDetails, TargetCount: 1 });
  });

  it('matches every target by one of its values', async () => {
    const { add, operations, wait, details } = world();
    add({ tags: { Role: 'web', Env: 'prod' } });
    add({ tags: { Role: 'db', Env: 'prod' } });
    add({ tags: { Role: 'web', Env: 'test' } });
    add({ tags: { Role: 'web' } });
    const { Command } = await operations.SendCommand(call(), {
      DocumentName: 'AWS-RunShellScript',
      Parameters: { commands: ['true'] },
      Targets: [
        { Key: 'tag:Role', Values: ['web', 'db'] },
        { Key: 'tag-key', Values: ['Env'] },
      ],
    });
    await wait(2000);
    expect(await details(Command?.CommandId ?? '')).toHaveLength(3);
  });
});
