import { describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../../../local/core/tasks.ts';
import { INVOKE, map, one, outputOf, record, START, task, world, words } from './world.ts';

const DAY = 86_400;

/** A Lambda that works only for inputs that are healed. */
function fragile() {
  const healed = new Set<number>();
  const calls: number[] = [];
  const made = world({
    [INVOKE]: (args) => {
      const n = Number(record(args).Payload);
      calls.push(n);
      if (!healed.has(n)) throw new TaskFailure('Broken', `${n} is broken`);
      return n * 10;
    },
  });
  return { ...made, healed, calls };
}

const number = { Arguments: { Payload: '{% $states.input %}' } };

describe('RedriveExecution', () => {
  it('goes on from the state that failed, with its variables, and counts', async () => {
    const { put, start, finished, send, healed, types, events } = fragile();
    put({
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { kept: 'yes' }, Next: 'T' },
        T: task({ ...number, Next: 'Show' }),
        Show: {
          Type: 'Succeed',
          Output: '{% [$states.input, $kept, $states.context.Execution.RedriveCount] %}',
        },
      },
    });
    const arn = await start(4);
    expect(await finished(arn)).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
    healed.add(4);
    const { redriveDate } = await send('RedriveExecution', { executionArn: arn, clientToken: 'a' });
    expect(await send('RedriveExecution', { executionArn: arn, clientToken: 'a' })).toEqual({
      redriveDate,
    });
    const described = await finished(arn);
    expect(outputOf(described)).toEqual([40, 'yes', 1]);
    expect(described).toMatchObject({
      redriveCount: 1,
      redriveDate,
      redriveStatus: 'NOT_REDRIVABLE',
    });
    expect(described.error).toBeUndefined();
    expect((await types(arn)).slice(5)).toEqual(
      words(
        `TaskStarted TaskFailed ExecutionFailed ExecutionRedriven TaskScheduled TaskStarted TaskSucceeded TaskStateExited SucceedStateEntered SucceedStateExited ExecutionSucceeded`,
      ),
    );
    expect(events.map(({ status }) => status)).toEqual([
      'RUNNING',
      'FAILED',
      'RUNNING',
      'SUCCEEDED',
    ]);
  });

  it('gives a timed-out execution its time anew', async () => {
    const { put, start, finished, send } = world();
    put(
      one(
        { Type: 'Wait', Seconds: '{% $states.context.Execution.RedriveCount = 0 ? 99 : 5 %}' },
        { TimeoutSeconds: 10 },
      ),
    );
    const arn = await start();
    expect((await finished(arn)).status).toBe('TIMED_OUT');
    await send('RedriveExecution', { executionArn: arn });
    expect((await finished(arn)).status).toBe('SUCCEEDED');
  });

  it('is not cut short by the time limit of the attempt before', async () => {
    const { put, start, after, finished, send } = world();
    put(one({ Type: 'Wait', Seconds: 8 }, { TimeoutSeconds: 10 }));
    const executionArn = await start();
    await after(1);
    await send('StopExecution', { executionArn });
    await after(4);
    await send('RedriveExecution', { executionArn });
    expect(await finished(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      stopDate: new Date(START + 13_000),
    });
  });

  it('refuses what runs, what succeeded, what is older than 14 days, and children', async () => {
    const { put, start, after, send, finished, describe: look, healed } = fragile();
    put(one(map({ T: task({ ...number, End: true }) })));
    healed.add(1);
    const refusal = (executionArn: unknown) =>
      send('RedriveExecution', { executionArn }).then(
        () => 'accepted',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    const good = await start({ items: [1] });
    expect(await refusal(good)).toBe(
      'ExecutionNotRedrivable: Execution is RUNNING and cannot be redriven',
    );
    await finished(good);
    expect(await refusal(good)).toBe(
      'ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven',
    );
    const bad = await start({ items: [2] });
    await finished(bad);
    const { mapRuns } = await send('ListMapRuns', { executionArn: bad });
    const { mapRunArn } = record(Array.isArray(mapRuns) ? mapRuns[0] : undefined);
    const { executions } = await send('ListExecutions', { mapRunArn });
    const child = record(Array.isArray(executions) ? executions[0] : undefined).executionArn;
    expect(await look(String(child))).toMatchObject({ redriveStatus: 'REDRIVABLE_BY_MAP_RUN' });
    expect(await refusal(child)).toMatch(/^ExecutionNotRedrivable: /);
    await after(14 * DAY);
    expect(await refusal(bad)).toBe('ExecutionNotRedrivable: Execution redrivable period exceeded');
  });

  it('redrives a map run: only the children that did not succeed, each from its failed state', async () => {
    const { put, start, finished, send, healed, calls, types, objects, starts } = fragile();
    put(
      one(
        map(
          {
            Before: { Type: 'Pass', Assign: { v: '{% $states.input %}' }, Next: 'T' },
            T: task({ ...number, Output: '{% [$states.result, $v] %}', End: true }),
          },
          {
            MaxConcurrency: 1,
            ToleratedFailureCount: 1,
            ResultWriter: {
              Resource: 'arn:aws:states:::s3:putObject',
              Arguments: { Bucket: 'out', Prefix: 'p/' },
              WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' },
            },
          },
        ),
      ),
    );
    healed.add(1);
    const arn = await start({ items: [1, 2, 3, 4] });
    expect((await finished(arn)).error).toBe('States.ExceedToleratedFailureThreshold');
    expect(calls).toEqual([1, 2, 3]);
    for (const n of [2, 3, 4]) healed.add(n);
    await send('RedriveExecution', { executionArn: arn });
    const described = await finished(arn);
    expect(described.status).toBe('SUCCEEDED');
    expect(calls).toEqual([1, 2, 3, 2, 3, 4]);
    expect(starts.map((s) => s.redrive)).toEqual([false, true]);
    const all = await types(arn);
    expect(all.slice(all.indexOf('ExecutionRedriven'))).toEqual(
      words(
        `ExecutionRedriven MapRunRedriven MapRunSucceeded MapStateSucceeded MapStateExited ExecutionSucceeded`,
      ),
    );
    const { mapRuns } = await send('ListMapRuns', { executionArn: arn });
    expect(mapRuns).toHaveLength(1);
    const { MapRunArn, ResultWriterDetails } = record(outputOf(described));
    const id = String(MapRunArn).split(':').at(-1);
    expect(await send('DescribeMapRun', { mapRunArn: MapRunArn })).toMatchObject({
      redriveCount: 1,
      status: 'SUCCEEDED',
      executionCounts: { succeeded: 4, failed: 0, total: 4 },
    });
    const manifest = JSON.parse(
      objects.get(`out/${String(record(ResultWriterDetails).Key)}`) ?? '',
    );
    expect(manifest.ResultFiles).toMatchObject({
      SUCCEEDED: [
        { Key: `p/${id}/SUCCEEDED_0.json` },
        { Key: `p/${id}/Redrive-1/SUCCEEDED_0.json` },
      ],
      FAILED: [],
      PENDING: [],
    });
    expect(objects.get(`out/p/${id}/Redrive-1/SUCCEEDED_0.json`)).toBe('[[20,2],[30,3],[40,4]]');
  });

  it('waits for a map run that is still being aborted', async () => {
    const { put, start, after, send, finished } = world();
    put(one(map({ W: { Type: 'Wait', Seconds: 100, End: true } })));
    const arn = await start({ items: [1, 2] });
    await after(10);
    await send('StopExecution', { executionArn: arn });
    await send('RedriveExecution', { executionArn: arn });
    const described = await finished(arn);
    expect(outputOf(described)).toEqual([1, 2]);
    // Aborted a second after the stop, then each waits its hundred seconds anew.
    expect(described.stopDate).toEqual(new Date(START + 111_000));
  });

  it('starts a map run anew when the items could not be read', async () => {
    const { put, start, send, finished, objects } = world();
    put(
      one(
        map(
          { P: { Type: 'Pass', End: true } },
          {
            Items: undefined,
            ItemReader: {
              Resource: 'arn:aws:states:::s3:getObject',
              ReaderConfig: { InputType: 'JSON' },
              Arguments: { Bucket: 'in', Key: 'k' },
            },
          },
        ),
      ),
    );
    const arn = await start();
    expect((await finished(arn)).error).toBe('States.ItemReaderFailed');
    objects.set('in/k', '[7]');
    await send('RedriveExecution', { executionArn: arn });
    expect(outputOf(await finished(arn))).toEqual([7]);
  });

  it('leaves the map run of another state alone', async () => {
    const { put, start, send, finished, types } = world();
    const child = { F: { Type: 'Fail', Error: 'Bad' } };
    put({
      StartAt: 'First',
      States: {
        First: map(child, {
          Next: 'Second',
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Second' }],
        }),
        Second: map(child, { Label: 'Other', Items: '{% $nothing %}', End: true }),
      },
    });
    const arn = await start({ items: [1] });
    expect((await finished(arn)).error).toBe('States.QueryEvaluationError');
    await send('RedriveExecution', { executionArn: arn });
    expect((await finished(arn)).error).toBe('States.QueryEvaluationError');
    expect(await types(arn)).not.toContain('MapRunRedriven');
  });
});
