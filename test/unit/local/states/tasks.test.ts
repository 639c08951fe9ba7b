import { describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../../../local/core/tasks.ts';
import { INVOKE, one, outputOf, record, ROLE_ARN, START, task, world, words } from './world.ts';

const SECOND = 1000;

/** A Lambda that fails `times` times, and notes when it was called. */
function flaky(times: number, error = 'Lambda.TooManyRequestsException') {
  const calls: number[] = [];
  const made = world({
    [INVOKE]: () => {
      calls.push((made.clock.now() - START) / SECOND);
      if (calls.length <= times) throw new TaskFailure(error, `failed ${calls.length}`);
      return { Payload: 'done' };
    },
  });
  return { ...made, calls };
}

describe('a task', () => {
  it('is called as the role, with its arguments, and its result is $states.result', async () => {
    const seen: unknown[] = [];
    const { run, types, history } = world({
      [INVOKE]: (args, _signal, as) => {
        seen.push(args, as);
        return { Payload: { n: 1 }, Dropped: undefined };
      },
    });
    const output = { got: '{% $states.result.Payload.n %}', was: '{% $states.input.a %}' };
    const described = await run(one(task({ Output: output, TimeoutSeconds: 30 })), { a: 2 });
    const arn = String(described.executionArn);
    expect(outputOf(described)).toEqual({ got: 1, was: 2 });
    expect(seen).toEqual([
      { FunctionName: 'f', Payload: { a: 2 } },
      { roleArn: ROLE_ARN, region: 'eu-central-1', executionArn: arn },
    ]);
    expect(await types(arn)).toEqual(
      words(
        `ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSucceeded TaskStateExited ExecutionSucceeded`,
      ),
    );
    expect((await history(arn))[2]).toMatchObject({
      id: 3,
      previousEventId: 2,
      taskScheduledEventDetails: {
        resource: 'invoke',
        resourceType: 'lambda',
        timeoutInSeconds: 30,
        region: 'eu-central-1',
        parameters: '{"FunctionName":"f","Payload":{"a":2}}',
      },
    });
  });

  it('is retried with a growing interval up to MaxDelaySeconds, each retry a transition', async () => {
    const { run, calls, types, states } = flaky(4);
    const Retry = [
      { ErrorEquals: ['Other'], MaxAttempts: 9 },
      {
        ErrorEquals: ['Lambda.TooManyRequestsException'],
        IntervalSeconds: 2,
        BackoffRate: 3,
        MaxAttempts: 4,
        MaxDelaySeconds: 10,
      },
    ];
    const described = await run(
      one(task({ Retry, Output: '{% $states.context.State.RetryCount %}' })),
    );
    expect(calls).toEqual([0, 2, 8, 18, 28]);
    expect(outputOf(described)).toBe(4);
    expect(states.transitions()).toBe(5);
    const all = await types(String(described.executionArn));
    expect(all.filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
    expect(all.filter((type) => type === 'TaskFailed')).toHaveLength(4);
  });

  it('spreads retries with full jitter', async () => {
    const { run, calls } = flaky(2);
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 8, JitterStrategy: 'FULL' }];
    await run(one(task({ Retry })));
    expect(calls).toEqual([0, 4, 12]);
  });

  it('fails with the last error when the retries are used up', async () => {
    const { run, calls } = flaky(9);
    const described = await run(one(task({ Retry: [{ ErrorEquals: ['States.TaskFailed'] }] })));
    expect(calls).toEqual([0, 1, 3, 7]);
    expect(described).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.TooManyRequestsException',
      cause: 'failed 4',
    });
  });

  it('is caught: errorOutput is the default output, and Assign and Output see it', async () => {
    const { run, types } = flaky(9, 'Mine');
    const described = await run({
      StartAt: 'Only',
      States: {
        Only: task({
          End: true,
          Catch: [
            { ErrorEquals: ['Other'], Next: 'Wrong' },
            {
              ErrorEquals: ['States.ALL'],
              Next: 'Caught',
              Assign: { e: '{% $states.errorOutput %}' },
            },
          ],
        }),
        Caught: { Type: 'Succeed', Output: '{% [$states.input, $e] %}' },
        Wrong: { Type: 'Fail' },
      },
    });
    const error = { Error: 'Mine', Cause: 'failed 1' };
    expect(outputOf(described)).toEqual([error, error]);
    expect((await types(String(described.executionArn))).slice(4, 6)).toEqual([
      'TaskFailed',
      'TaskStateExited',
    ]);
  });

  it('lets a query that fails be caught', async () => {
    const { run } = flaky(0);
    const described = await run({
      StartAt: 'Only',
      States: {
        Only: task({
          End: true,
          Output: '{% $states.result.nothing %}',
          Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }],
        }),
        Caught: { Type: 'Succeed', Output: '{% $states.input.Error %}' },
      },
    });
    expect(outputOf(described)).toBe('States.QueryEvaluationError');
  });

  it('reports what is no TaskFailure as a failed task, and ends no process', async () => {
    const { run } = world({
      [INVOKE]: () => {
        throw new TypeError('a defect');
      },
    });
    expect(await run(one(task()))).toMatchObject({
      error: 'States.TaskFailed',
      cause: 'TypeError: a defect',
    });
  });
});

/** Waits for its token; the Lambda hands it out. */
function waiting(more: object = {}) {
  const tokens: string[] = [];
  const made = world({
    [INVOKE]: (args) => {
      tokens.push(String(record(record(args).Payload).token));
      return {};
    },
  });
  made.put(
    one(
      task({
        Resource: `${INVOKE}.waitForTaskToken`,
        Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
        ...more,
      }),
    ),
  );
  return { ...made, tokens, token: () => tokens.at(-1) ?? '' };
}

describe('a task that waits for its token', () => {
  it('goes on with what SendTaskSuccess brings, after any time', async () => {
    const { start, after, send, token, finished, types, asked } = waiting();
    const arn = await start();
    await after(40 * 86_400);
    await send('SendTaskSuccess', { taskToken: token(), output: '{"approved":true}' });
    expect(outputOf(await finished(arn))).toEqual({ approved: true });
    expect(await types(arn)).toContain('TaskSubmitted');
    expect(asked.find(({ action }) => action === 'states:SendTaskSuccess')?.resource).toMatch(
      /:stateMachine:Test$/,
    );
    await expect(
      send('SendTaskSuccess', { taskToken: token(), output: '1' }),
    ).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await expect(send('SendTaskHeartbeat', { taskToken: 'x' })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });

  it('fails with what SendTaskFailure brings', async () => {
    const { start, after, send, token, finished } = waiting();
    const arn = await start();
    await after(1);
    await send('SendTaskFailure', { taskToken: token(), error: 'Denied', cause: 'no' });
    expect(await finished(arn)).toMatchObject({ status: 'FAILED', error: 'Denied', cause: 'no' });
  });

  it('refuses an output that is no JSON and keeps waiting', async () => {
    const { start, after, send, token, describe: look } = waiting();
    const arn = await start();
    await after(1);
    await expect(
      send('SendTaskSuccess', { taskToken: token(), output: '{' }),
    ).rejects.toMatchObject({ name: 'InvalidOutput' });
    expect((await look(arn)).status).toBe('RUNNING');
  });

  it('takes an answer that comes before the call has returned', async () => {
    const made = world({
      [INVOKE]: async (args) => {
        const taskToken = record(record(args).Payload).token;
        await made.send('SendTaskSuccess', { taskToken, output: '"early"' });
        return {};
      },
    });
    const described = await made.run(
      one(
        task({
          Resource: `${INVOKE}.waitForTaskToken`,
          Arguments: { Payload: { token: '{% $states.context.Task.Token %}' } },
        }),
      ),
    );
    expect(outputOf(described)).toBe('early');
  });

  it('times out, has a new token on every retry, and the old one is closed', async () => {
    const { start, finished, send, tokens, types, clock } = waiting({
      TimeoutSeconds: '{% 20 + 10 %}',
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
    });
    const arn = await start();
    const described = await finished(arn);
    expect(described).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(described.cause).toBeUndefined();
    expect(described.stopDate).toEqual(new Date(START + 61 * SECOND));
    expect((await types(arn)).filter((type) => type === 'TaskTimedOut')).toHaveLength(2);
    expect(new Set(tokens).size).toBe(2);
    expect(clock.now()).toBeGreaterThan(START);
    await expect(
      send('SendTaskSuccess', { taskToken: tokens[0], output: '1' }),
    ).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('is answered once', async () => {
    const { start, after, send, token } = waiting();
    await start();
    await after(1);
    const answer = { taskToken: token(), output: '1' };
    const both = await Promise.allSettled([
      send('SendTaskSuccess', answer),
      send('SendTaskFailure', { taskToken: token() }),
    ]);
    expect(both).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { name: 'TaskTimedOut' } },
    ]);
  });

  it.each([
    ['States.TaskFailed', 'FAILED'],
    ['States.Timeout', 'SUCCEEDED'],
    ['States.ALL', 'SUCCEEDED'],
  ])('has a timeout that %s catches or not', async (name, status) => {
    const { put, start, finished } = waiting();
    put({
      StartAt: 'Only',
      States: {
        Only: task({
          Resource: `${INVOKE}.waitForTaskToken`,
          Arguments: { Payload: { token: '' } },
          TimeoutSeconds: 5,
          End: true,
          Catch: [{ ErrorEquals: [name], Next: 'Caught' }],
        }),
        Caught: { Type: 'Succeed' },
      },
    });
    expect((await finished(await start())).status).toBe(status);
  });

  it('leaves no timer behind when it is answered', async () => {
    const { start, after, send, token, clock } = waiting({
      TimeoutSeconds: 99,
      HeartbeatSeconds: 50,
    });
    await start();
    await after(1);
    await send('SendTaskSuccess', { taskToken: token(), output: '1' });
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(START + SECOND);
  });

  it('is kept alive by heartbeats and times out when one is missed', async () => {
    const {
      start,
      after,
      send,
      token,
      describe: look,
      finished,
    } = waiting({
      HeartbeatSeconds: 10,
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Only' }],
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['Never'] }],
    });
    const arn = await start();
    for (let beat = 0; beat < 3; beat++) {
      await after(8);
      await send('SendTaskHeartbeat', { taskToken: token() });
    }
    expect((await look(arn)).status).toBe('RUNNING');
    const first = token();
    await after(11);
    expect(token()).not.toBe(first);
    await send('StopExecution', { executionArn: arn });
    expect((await finished(arn)).status).toBe('ABORTED');
  });
});

describe('a task that hangs', () => {
  it('holds virtual time only as long as anybody waits for it', async () => {
    const aborted: string[] = [];
    const { put, start, send, finished, types } = world({
      [INVOKE]: (_args, signal) =>
        new Promise(() => signal.addEventListener('abort', () => aborted.push('aborted'))),
    });
    put(one(task()));
    const arn = await start();
    await new Promise((resolve) => setImmediate(resolve));
    await send('StopExecution', { executionArn: arn, error: 'Stop', cause: 'by hand' });
    expect(await finished(arn)).toMatchObject({
      status: 'ABORTED',
      error: 'Stop',
      cause: 'by hand',
    });
    expect(aborted).toEqual(['aborted']);
    expect((await types(arn)).slice(-2)).toEqual(['TaskStateAborted', 'ExecutionAborted']);
  });
});
