import { describe, expect, it } from '@jest/globals';
import { MACHINE_ARN, one, record, ROLE_ARN, START, world } from './world.ts';

const pass = one({ Type: 'Pass' });
const wait = one({ Type: 'Wait', Seconds: 60 });

const refusal = (answer: Promise<unknown>) =>
  answer.then(
    () => 'accepted',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('StartExecution', () => {
  it('is idempotent for the same name and input while the execution runs', async () => {
    const { put, start, after, describe: look, states, finished } = world();
    put(wait);
    const arn = await start({ a: 1 }, 'once');
    await after(5);
    expect(await start({ a: 1 }, 'once')).toBe(arn);
    expect(await refusal(start({ a: 2 }, 'once'))).toBe(
      `ExecutionAlreadyExists: Execution Already Exists: '${arn}'`,
    );
    expect((await look(arn)).startDate).toEqual(new Date(START));
    await finished(arn);
    expect(await refusal(start({ a: 1 }, 'once'))).toMatch(/^ExecutionAlreadyExists/);
    expect(states.transitions()).toBe(1);
    await after(91 * 86_400);
    expect(await start({ a: 1 }, 'once')).toBe(arn);
  });

  it.each(['', 'x'.repeat(81), 'a b', 'a:b', 'a/b', 'a<b', 'a\u0007b', 'a#b'])(
    'refuses the name %j',
    async (name) => {
      const { put, start } = world();
      put(pass);
      expect(await refusal(start({}, name))).toBe(`InvalidName: Invalid Name: '${name}'`);
    },
  );

  it('refuses what is no JSON, too much, unknown or not there', async () => {
    const { put, send } = world();
    put(pass);
    const stateMachineArn = MACHINE_ARN;
    const tries: [object, RegExp][] = [
      [{ stateMachineArn, input: '{' }, /^InvalidExecutionInput/],
      [{ stateMachineArn, input: `"${'x'.repeat(262_143)}"` }, /^ValidationException.*262144/],
      [{ stateMachineArn, traceHeader: 'x' }, /^ValidationException: Not supported: traceHeader$/],
      [{ stateMachineArn: `${MACHINE_ARN}2` }, /^StateMachineDoesNotExist/],
      [{ stateMachineArn: 'Test' }, /^InvalidArn/],
      [{}, /^ValidationException.*stateMachineArn/],
    ];
    for (const [input, expected] of tries)
      expect(await refusal(send('StartExecution', input))).toMatch(expected);
  });
});

describe('the other operations', () => {
  it('ask for permission on the thing itself', async () => {
    const { put, start, send, asked, finished } = world();
    put(pass);
    const arn = await start();
    await finished(arn);
    await send('GetExecutionHistory', { executionArn: arn });
    await send('ListExecutions', { stateMachineArn: MACHINE_ARN });
    await send('DescribeStateMachine', { stateMachineArn: MACHINE_ARN });
    await send('ListStateMachines', {});
    await send('StopExecution', { executionArn: arn });
    expect(asked.map(({ action, resource }) => [action.replace('states:', ''), resource])).toEqual([
      ['StartExecution', MACHINE_ARN],
      ['DescribeExecution', arn],
      ['GetExecutionHistory', arn],
      ['ListExecutions', MACHINE_ARN],
      ['DescribeStateMachine', MACHINE_ARN],
      ['ListStateMachines', '*'],
      ['StopExecution', arn],
    ]);
  });

  it('name what does not exist', async () => {
    const { send } = world();
    const executionArn = 'arn:aws:states:eu-central-1:111111111111:execution:Test:x';
    const mapRunArn = 'arn:aws:states:eu-central-1:111111111111:mapRun:Test/Each:x';
    for (const name of [
      'DescribeExecution',
      'GetExecutionHistory',
      'StopExecution',
      'RedriveExecution',
      'ListMapRuns',
    ])
      expect(await refusal(send(name, { executionArn }))).toBe(
        `ExecutionDoesNotExist: Execution Does Not Exist: '${executionArn}'`,
      );
    expect(await refusal(send('DescribeMapRun', { mapRunArn }))).toMatch(/^ResourceNotFound/);
    expect(await refusal(send('ListExecutions', {}))).toMatch(/^ValidationException/);
  });

  it('list executions by status and page, the latest first', async () => {
    const { put, start, send, after } = world();
    put(pass);
    const arns: string[] = [];
    for (let i = 0; i < 5; i++) arns.unshift(await start());
    await after(1);
    put(wait);
    const running = await start();
    const list = async (input: object) => {
      const page = await send('ListExecutions', { stateMachineArn: MACHINE_ARN, ...input });
      if (!Array.isArray(page.executions)) throw new Error('no executions');
      return {
        arns: page.executions.map((item) => record(item).executionArn),
        token: page.nextToken,
      };
    };
    expect((await list({ statusFilter: 'RUNNING' })).arns).toEqual([running]);
    const first = await list({ maxResults: 2, statusFilter: 'SUCCEEDED' });
    expect(first.arns).toEqual(arns.slice(0, 2));
    // What starts in between does not shift the next page.
    await start();
    const second = await list({ maxResults: 4, statusFilter: 'SUCCEEDED', nextToken: first.token });
    expect(second).toEqual({ arns: arns.slice(2), token: undefined });
    expect(await refusal(list({ nextToken: 'x' }))).toMatch(/^InvalidToken/);
    expect(await refusal(list({ maxResults: 1001 }))).toMatch(/^ValidationException/);
  });

  it('page through a history, backwards and without data too', async () => {
    const { put, start, finished, send } = world();
    put(pass);
    const executionArn = await start({ secret: 1 });
    await finished(executionArn);
    const ids = async (input: object) => {
      const page = await send('GetExecutionHistory', { executionArn, ...input });
      if (!Array.isArray(page.events)) throw new Error('no events');
      return { ids: page.events.map((event) => record(event).id), nextToken: page.nextToken };
    };
    const first = await ids({ maxResults: 3 });
    expect(first.ids).toEqual([1, 2, 3]);
    expect((await ids({ maxResults: 3, nextToken: first.nextToken })).ids).toEqual([4]);
    expect((await ids({ reverseOrder: true, maxResults: 2 })).ids).toEqual([4, 3]);
    const bare = await send('GetExecutionHistory', { executionArn, includeExecutionData: false });
    expect(JSON.stringify(bare)).not.toContain('secret');
    expect(bare.events).toMatchObject([
      { executionStartedEventDetails: { roleArn: ROLE_ARN } },
      { stateEnteredEventDetails: { name: 'Only' } },
      { stateExitedEventDetails: { name: 'Only' } },
      {},
    ]);
  });

  it('describe machines, and a new definition leaves running executions alone', async () => {
    const { put, start, send, finished, after } = world();
    put({
      StartAt: 'W',
      States: {
        W: { Type: 'Wait', Seconds: 5, Next: 'P' },
        P: { Type: 'Pass', Output: 'old', End: true },
      },
    });
    const arn = await start();
    await after(1);
    put(one({ Type: 'Pass', Output: 'new' }));
    expect((await finished(arn)).output).toBe('"old"');
    const described = await send('DescribeStateMachine', { stateMachineArn: MACHINE_ARN });
    expect(described).toMatchObject({
      name: 'Test',
      type: 'STANDARD',
      status: 'ACTIVE',
      roleArn: ROLE_ARN,
      creationDate: new Date(START),
      definition: expect.stringContaining('"new"'),
    });
    put(pass, `${MACHINE_ARN}2`);
    const { stateMachines } = await send('ListStateMachines', {});
    expect(stateMachines).toMatchObject([{ name: 'Test' }, { name: 'Test2' }]);
  });

  it('stop once: the first reason stays', async () => {
    const { put, start, send, describe: look, after, events } = world();
    put(wait);
    const executionArn = await start();
    await after(2);
    const { stopDate } = await send('StopExecution', { executionArn, cause: 'first' });
    await after(2);
    expect(await send('StopExecution', { executionArn, cause: 'second' })).toEqual({ stopDate });
    expect(await look(executionArn)).toMatchObject({ status: 'ABORTED', cause: 'first', stopDate });
    expect(events.at(-1)).toMatchObject({
      executionArn,
      status: 'ABORTED',
      startDate: START,
      stopDate: START + 2000,
      input: '{}',
      output: null,
      error: null,
      cause: 'first',
    });
  });
});
