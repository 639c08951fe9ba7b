import { describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../../../local/core/tasks.ts';
import {
  INVOKE,
  map,
  one,
  outputOf,
  record,
  ROLE_ARN,
  START,
  task,
  world,
  words,
} from './world.ts';

const EXECUTION = 'arn:aws:states:eu-central-1:111111111111:execution:Test/Each:';
const upTo = (n: number) => ({ items: Array.from({ length: n }, (_, i) => i) });
const pass = { P: { Type: 'Pass', End: true } };

/** Children fail for the items that are listed. */
const failing = (items: readonly number[]) => ({
  P: {
    Type: 'Choice',
    Choices: [{ Condition: `{% $states.input in ${JSON.stringify(items)} %}`, Next: 'Bad' }],
    Default: 'Good',
  },
  Bad: { Type: 'Fail', Error: 'Bad', Cause: "{% 'item ' & $states.input %}" },
  Good: { Type: 'Succeed' },
});

/** Measures how many children run at once; each runs for ten seconds. */
const slow = { W: { Type: 'Wait', Seconds: 10, Next: 'P' }, ...pass };

const children = async (w: ReturnType<typeof world>, executionArn: unknown) => {
  const { mapRuns } = await w.send('ListMapRuns', { executionArn });
  if (!Array.isArray(mapRuns)) throw new Error('no map runs');
  const { mapRunArn } = record(mapRuns[0]);
  const run = await w.send('DescribeMapRun', { mapRunArn });
  const listed = await w.send('ListExecutions', { mapRunArn, maxResults: 1000 });
  if (!Array.isArray(listed.executions)) throw new Error('no executions');
  return { run, mapRunArn: String(mapRunArn), list: listed.executions.map(record) };
};

describe('a distributed map', () => {
  it('runs a child execution for every item and returns their outputs in order', async () => {
    const w = world();
    const selector = {
      ItemSelector: {
        v: '{% $states.context.Map.Item.Value * $f %}',
        i: '{% $states.context.Map.Item.Index %}',
      },
    };
    const described = await w.run(
      {
        StartAt: 'Set',
        States: {
          Set: { Type: 'Pass', Assign: { f: 10 }, Next: 'M' },
          M: map(pass, { ...selector, End: true }),
        },
      },
      { items: [3, 1, 2] },
    );
    expect(outputOf(described)).toEqual([
      { v: 30, i: 0 },
      { v: 10, i: 1 },
      { v: 20, i: 2 },
    ]);
    const { executionArn } = described;
    expect(await w.types(String(executionArn))).toEqual(
      words(
        `ExecutionStarted PassStateEntered PassStateExited MapStateEntered MapStateStarted MapRunStarted MapRunSucceeded MapStateSucceeded MapStateExited ExecutionSucceeded`,
      ),
    );
    const { run, mapRunArn, list } = await children(w, executionArn);
    expect(mapRunArn).toMatch(
      /^arn:aws:states:eu-central-1:111111111111:mapRun:Test\/Each:[0-9a-f-]{36}$/,
    );
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      executionArn,
      maxConcurrency: 0,
      executionCounts: { total: 3, succeeded: 3, failed: 0, pending: 0, resultsWritten: 0 },
    });
    const child = await w.describe(String(list[2]?.executionArn));
    expect(child).toMatchObject({
      executionArn: expect.stringMatching(`^${EXECUTION}[0-9a-f-]{36}$`),
      stateMachineArn: 'arn:aws:states:eu-central-1:111111111111:stateMachine:Test/Each',
      mapRunArn,
      input: '{"v":30,"i":0}',
      status: 'SUCCEEDED',
    });
    expect(await w.types(String(child.executionArn))).toEqual(
      words(`ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded`),
    );
    expect(w.states.transitions()).toBe(5);
    expect(w.events.map(({ status }) => status)).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  it('takes its input as items, also an empty one', async () => {
    const each = one(map(pass, { Items: undefined }));
    expect(outputOf(await world().run(each, [1, [2]]))).toEqual([1, [2]]);
    expect(outputOf(await world().run(each, []))).toEqual([]);
    expect((await world().run(each, { no: 'array' })).cause).toMatch(
      /Map state input must be an array but was: \{"no":"array"\}$/,
    );
  });

  it('keeps outer variables from its children', async () => {
    const each = map({ P: { Type: 'Pass', Output: '{% $f %}', End: true } }, { End: true });
    const described = await world().run(
      { StartAt: 'Set', States: { Set: { Type: 'Pass', Assign: { f: 1 }, Next: 'M' }, M: each } },
      upTo(1),
    );
    expect(described.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it.each([
    ['{% 2 %}', 2, 30],
    [0, 5, 10],
  ])('runs MaxConcurrency %s children at once', async (MaxConcurrency, most, seconds) => {
    const w = world();
    w.put(one(map(slow, { MaxConcurrency })));
    const arn = await w.start(upTo(5));
    await w.after(5);
    const { list } = await children(w, arn);
    expect(list).toHaveLength(most);
    expect((await w.finished(arn)).stopDate).toEqual(new Date(START + seconds * 1000));
  });

  it('starts a hundred children a second', async () => {
    const w = world();
    const described = await w.run(one(map(slow)), upTo(250));
    const { list } = await children(w, described.executionArn);
    const at = (second: number) =>
      list.filter(({ startDate }) => Number(startDate) === START + second * 1000).length;
    expect([at(0), at(1), at(2)]).toEqual([100, 100, 50]);
    expect(described.stopDate).toEqual(new Date(START + 12_000));
  });

  it.each<[object, number[]]>([
    [{ ToleratedFailureCount: 1 }, [1]],
    [{ ToleratedFailurePercentage: 20 }, [1, 2]],
  ])('with %j tolerates failures of %j, and returns the others', async (tolerated, bad) => {
    const described = await world().run(one(map(failing(bad), tolerated)), upTo(10));
    expect(outputOf(described)).toEqual(upTo(10).items.filter((n) => !bad.includes(n)));
  });

  it.each<[object, number[]]>([
    [{}, [1]],
    [{ ToleratedFailureCount: 1 }, [1, 2]],
    [{ ToleratedFailurePercentage: '{% 19.9 %}' }, [1, 2]],
    [{ ToleratedFailureCount: 5, ToleratedFailurePercentage: 10 }, [1, 2]],
    [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 90 }, [1, 2]],
  ])('with %j fails for failures of %j', async (tolerated, bad) => {
    const described = await world().run(one(map(failing(bad), tolerated)), upTo(10));
    expect(described).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
  });

  it('starts no more children past the threshold and aborts the running ones a little later', async () => {
    const w = world();
    const states = {
      W: { Type: 'Wait', Seconds: '{% $states.input = 0 ? 5 : 60 %}', Next: 'P' },
      ...failing([0]),
    };
    const described = await w.run(one(map(states, { MaxConcurrency: 3 })), upTo(6));
    expect(described).toMatchObject({ status: 'FAILED', stopDate: new Date(START + 6000) });
    const { run } = await children(w, described.executionArn);
    expect(run).toMatchObject({
      status: 'FAILED',
      executionCounts: { failed: 1, aborted: 2, pending: 3, total: 6 },
    });
    expect((await w.types(String(described.executionArn))).slice(-3)).toEqual([
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('begins a new run over all items when it is retried, and can be caught', async () => {
    const w = world();
    const described = await w.run(
      {
        StartAt: 'M',
        States: {
          M: map(failing([1]), {
            End: true,
            Retry: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 2 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
          }),
          Caught: { Type: 'Succeed', Output: '{% $states.input.Error %}' },
        },
      },
      upTo(3),
    );
    expect(outputOf(described)).toBe('States.ExceedToleratedFailureThreshold');
    const { mapRuns } = await w.send('ListMapRuns', { executionArn: described.executionArn });
    expect(mapRuns).toHaveLength(3);
    const { run } = await children(w, described.executionArn);
    expect(run.executionCounts).toMatchObject({ total: 3, succeeded: 2, failed: 1 });
  });

  it('keeps its result within 256 KiB', async () => {
    const big = { P: { Type: 'Pass', Output: '{% $pad("", 100000, "x") %}', End: true } };
    expect((await world().run(one(map(big)), upTo(2))).status).toBe('SUCCEEDED');
    expect((await world().run(one(map(big)), upTo(3))).error).toBe('States.DataLimitExceeded');
  });

  it('stops with its parent: at once for the parent, a little later for the children', async () => {
    const calls: unknown[] = [];
    const w = world({ [INVOKE]: (args) => calls.push(args) });
    const child = {
      W: { Type: 'Wait', Seconds: 2, Next: 'T' },
      T: task({ Next: 'Long' }),
      Long: { Type: 'Wait', Seconds: 600, End: true },
    };
    w.put(one(map(child, { MaxConcurrency: 2 })));
    const arn = await w.start(upTo(3));
    await w.after(1.5);
    await w.send('StopExecution', { executionArn: arn });
    expect((await w.describe(arn)).status).toBe('ABORTED');
    const { run, mapRunArn } = await children(w, arn);
    expect(run.executionCounts).toMatchObject({ running: 2, pending: 1 });
    await w.after(60);
    // Between the stop of the parent and their own the children have still done something.
    expect(calls).toHaveLength(2);
    expect(await w.send('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'ABORTED',
      stopDate: new Date(START + 2500),
      executionCounts: { aborted: 2, pending: 1 },
    });
    expect((await w.types(arn)).at(-1)).toBe('ExecutionAborted');
  });
});

const reader = (InputType: string) => ({
  Items: undefined,
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType },
    Arguments: { Bucket: 'in', Key: '{% $states.input.key %}' },
  },
});

describe('items in S3', () => {
  it.each([
    ['JSON', '[{"n":1},{"n":2}]'],
    ['JSONL', '{"n":1}\n{"n":2}\n'],
  ])('are read as %s', async (type, text) => {
    const w = world();
    w.objects.set('in/items', text);
    const described = await w.run(one(map(pass, reader(type))), { key: 'items' });
    expect(outputOf(described)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it.each([
    [
      'missing',
      undefined,
      's3://in/items could not be read: States.TaskFailed: Error: no object in/items',
    ],
    ['no array', '{}', 's3://in/items is not JSON: the object must hold an array'],
  ])('that are %s fail the map', async (_what, text, cause) => {
    const w = world();
    if (text !== undefined) w.objects.set('in/items', text);
    const described = await w.run(one(map(pass, reader('JSON'))), { key: 'items' });
    expect(described).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed', cause });
    expect((await w.types(String(described.executionArn))).slice(-3)).toEqual(
      words(`MapRunFailed MapStateFailed ExecutionFailed`),
    );
  });
});

const writer = (WriterConfig?: object) => ({
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Arguments: { Bucket: 'out', Prefix: "{% 'runs/' & $states.context.Execution.Name %}" },
    ...(WriterConfig ? { WriterConfig } : {}),
  },
});

describe('results in S3', () => {
  const read = (w: ReturnType<typeof world>, suffix: string) => {
    const key = [...w.objects.keys()].find((name) => name.endsWith(suffix));
    return key === undefined ? undefined : JSON.parse(w.objects.get(key) ?? '');
  };

  it('lie under the prefix and the id of the map run, with a manifest', async () => {
    const w = world();
    const described = await w.run(
      one(map(failing([1]), { ...writer(), ToleratedFailureCount: 1 })),
      upTo(3),
    );
    const { mapRunArn, run, list } = await children(w, described.executionArn);
    const folder = `runs/${String(described.name)}/${mapRunArn.split(':').at(-1)}`;
    expect(outputOf(described)).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: 'out', Key: `${folder}/manifest.json` },
    });
    const size = (name: string) => Buffer.byteLength(w.objects.get(`out/${folder}/${name}`) ?? '');
    expect(read(w, 'manifest.json')).toEqual({
      DestinationBucket: 'out',
      MapRunArn: mapRunArn,
      ResultFiles: {
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: size('SUCCEEDED_0.json') }],
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: size('FAILED_0.json') }],
        PENDING: [],
      },
    });
    expect(run.executionCounts).toMatchObject({ resultsWritten: 3 });
    const dates = { StartDate: '2026-01-01T00:00:00.000Z', StopDate: '2026-01-01T00:00:00.000Z' };
    const StateMachineArn = 'arn:aws:states:eu-central-1:111111111111:stateMachine:Test/Each';
    const [, failed] = list.toReversed();
    expect(read(w, 'FAILED_0.json')).toEqual([
      {
        ...dates,
        ExecutionArn: failed?.executionArn,
        Name: failed?.name,
        StateMachineArn,
        Input: '1',
        InputDetails: { Included: true },
        Status: 'FAILED',
        Error: 'Bad',
        Cause: 'item 1',
        RedriveCount: 0,
        RedriveStatus: 'REDRIVABLE_BY_MAP_RUN',
      },
    ]);
    expect(read(w, 'SUCCEEDED_0.json')).toHaveLength(2);
    expect(read(w, 'SUCCEEDED_0.json')[1]).toMatchObject({
      Input: '2',
      Output: '2',
      OutputDetails: { Included: true },
      Status: 'SUCCEEDED',
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  it.each<[string, string, string]>([
    ['COMPACT', 'JSON', '[[0,"a"],1]'],
    ['FLATTEN', 'JSON', '[0,"a",1]'],
    ['COMPACT', 'JSONL', '[0,"a"]\n1\n'],
  ])('are transformed: %s %s', async (Transformation, OutputType, text) => {
    const w = world();
    await w.run(one(map(pass, writer({ Transformation, OutputType }))), { items: [[0, 'a'], 1] });
    const key = [...w.objects.keys()].find((name) => name.includes('SUCCEEDED_0'));
    expect(key).toMatch(new RegExp(`\\.${OutputType.toLowerCase()}$`));
    expect(w.objects.get(key ?? '')).toBe(text);
  });

  it('list what was never started after a failure', async () => {
    const w = world();
    const more = { ...writer(), MaxConcurrency: 1 };
    expect((await w.run(one(map(failing([0]), more)), upTo(3))).status).toBe('FAILED');
    expect(read(w, 'PENDING_0.json')).toEqual([
      { Input: '1', InputDetails: { Included: true }, Status: 'PENDING' },
      { Input: '2', InputDetails: { Included: true }, Status: 'PENDING' },
    ]);
  });

  it('are written with the role of the machine, and fail the map when they cannot be', async () => {
    const seen: unknown[] = [];
    const w = world({
      'arn:aws:states:::s3:putObject': (_args, _signal, as) => {
        seen.push(as.roleArn);
        throw new TaskFailure('S3.AccessDenied', 'no');
      },
    });
    const described = await w.run(one(map(pass, writer())), upTo(1));
    expect(described.error).toBe('States.ResultWriterFailed');
    expect(described.cause).toMatch(/could not be written: S3.AccessDenied: no$/);
    expect(seen).toEqual([ROLE_ARN]);
  });
});
