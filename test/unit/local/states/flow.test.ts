import { describe, expect, it } from '@jest/globals';
import { INVOKE, map, one, outputOf, START, task, world } from './world.ts';

describe('choices', () => {
  const definition = {
    StartAt: 'C',
    States: {
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 5 %}', Next: 'Show', Output: 'big', Assign: { a: 1 } },
          { Condition: '{% $states.input.n > 2 %}', Next: 'Show' },
        ],
        Default: 'Show',
        Output: 'small',
        Assign: { a: 3 },
      },
      Show: { Type: 'Succeed', Output: '{% [$states.input, $exists($a) ? $a : 0] %}' },
    },
  };

  it.each([
    [9, ['big', 1]],
    [3, [{ n: 3 }, 0]],
    [1, ['small', 3]],
  ])('for %d go %j', async (n, expected) => {
    expect(outputOf(await world().run(definition, { n }))).toEqual(expected);
  });

  it('fail without a match and without Default', async () => {
    const described = await world().run({
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'E' }] },
        E: { Type: 'Succeed' },
      },
    });
    expect(described.error).toBe('States.NoChoiceMatched');
  });

  it('take nothing but a boolean', async () => {
    const described = await world().run({
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'E' }] },
        E: { Type: 'Succeed' },
      },
    });
    expect(described.cause).toBe(
      "An error occurred while executing the state 'C' (entered at the event id #2). The JSONata expression ''yes'' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: \"yes\"",
    );
  });
});

describe('waits', () => {
  it.each<[string, object, number]>([
    ['seconds', { Seconds: 90 }, 90_000],
    ['seconds of an expression', { Seconds: '{% 60 * 60 %}' }, 3_600_000],
    ['a time to come', { Timestamp: '2026-01-01T02:00:00+01:00' }, 3_600_000],
    ['a time gone by', { Timestamp: '2025-01-01T00:00:00Z' }, 0],
  ])('for %s', async (_what, state, ms) => {
    const described = await world().run(one({ Type: 'Wait', ...state }));
    expect(described).toMatchObject({ status: 'SUCCEEDED', stopDate: new Date(START + ms) });
  });

  it.each([-1, 1.5, 100_000_000])('not for %d seconds', async (n) => {
    const described = await world().run(one({ Type: 'Wait', Seconds: '{% $states.input %}' }), n);
    expect(described.error).toBe('States.QueryEvaluationError');
  });
});

describe('limits', () => {
  const big = { Type: 'Pass', Output: '{% $pad("", $states.input, "x") %}' };

  it('lets 256 KiB pass and not a byte more', async () => {
    const { run, states } = world();
    // A string of n characters has two quotes around it.
    expect((await run(one(big), 262_142)).status).toBe('SUCCEEDED');
    expect(states.stats().largestPayloadBytes).toBe(262_144);
    expect(await world().run(one(big), 262_143)).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'Only' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  it('counts bytes, not characters', async () => {
    const umlauts = { ...big, Output: '{% $pad("", $states.input, "ü") %}' };
    expect((await world().run(one(umlauts), 131_071)).status).toBe('SUCCEEDED');
    expect((await world().run(one(umlauts), 131_072)).error).toBe('States.DataLimitExceeded');
  });

  it('is caught by its name only', async () => {
    const made = (name: string) =>
      world({ [INVOKE]: () => 'x'.repeat(262_143) }).run({
        StartAt: 'Only',
        States: {
          Only: task({ End: true, Catch: [{ ErrorEquals: [name], Next: 'Caught' }] }),
          Caught: { Type: 'Succeed' },
        },
      });
    for (const name of ['States.ALL', 'States.TaskFailed'])
      expect(await made(name)).toMatchObject({
        status: 'FAILED',
        error: 'States.DataLimitExceeded',
        cause: expect.stringContaining("The state/task 'lambda' returned"),
      });
    expect((await made('States.DataLimitExceeded')).status).toBe('SUCCEEDED');
  });

  it('fails an execution whose history is full, whatever it catches', async () => {
    const { run, send, states } = world({ [INVOKE]: () => 1 });
    const described = await run({
      StartAt: 'Loop',
      States: {
        Loop: task({ Next: 'Loop', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }] }),
        End: { Type: 'Succeed' },
      },
    });
    expect(described).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution history event limit exceeded',
    });
    expect(states.stats().longestHistory).toBe(25_000);
    const { executionArn } = described;
    const last = await send('GetExecutionHistory', {
      executionArn,
      reverseOrder: true,
      maxResults: 1,
    });
    expect(last.events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
    await expect(send('RedriveExecution', { executionArn })).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
  });

  it('times the execution out, and the children of its maps a little later', async () => {
    const { run, types, send } = world();
    const described = await run(
      one(map({ W: { Type: 'Wait', Seconds: 3600, End: true } }), { TimeoutSeconds: 10 }),
      { items: [1, 2] },
    );
    expect(described).toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      stopDate: new Date(START + 10_000),
    });
    const { executionArn } = described;
    expect((await types(String(executionArn))).slice(-3)).toEqual([
      'MapRunAborted',
      'MapStateAborted',
      'ExecutionTimedOut',
    ]);
    const { mapRuns } = await send('ListMapRuns', { executionArn });
    expect(mapRuns).toMatchObject([{ stopDate: new Date(START + 11_000) }]);
  });
});

describe('speed', () => {
  it('makes 10,000 transitions in a few seconds at most', async () => {
    const { put, start, finished, states } = world({ [INVOKE]: (args) => args });
    put({
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: '{% $states.input.n % 3 %}', Next: 'Task' },
        Task: task({ Output: { n: '{% $states.input.n + 1 %}' }, Next: 'More' }),
        More: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input.n < 1000 %}', Next: 'Wait' }],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    });
    const before = performance.now();
    const arns = await Promise.all([0, 0, 0, 0].map(() => start({ n: 166 })));
    for (const arn of arns) expect((await finished(arn)).status).toBe('SUCCEEDED');
    const ms = performance.now() - before;
    console.log(`${states.transitions()} transitions in ${Math.round(ms)} ms`);
    expect(states.transitions()).toBe(4 * (834 * 3 + 1));
    expect(ms).toBeLessThan(15_000);
  });
});
