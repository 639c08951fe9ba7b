/** The dispatch, top to bottom as in DESIGN.md section 2. */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DistributedMap,
  Fail,
  type IChainable,
  OutputType,
  ResultWriterV2,
  S3JsonItemReader,
  StateMachineType,
  Succeed,
  Transformation,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type DISPATCH_STEPS, keys } from '../contract/names.ts';
import { tasksOf, waitingTask } from './task.ts';

export interface WorkflowProps {
  readonly functions: Readonly<Record<(typeof DISPATCH_STEPS)[number], IFunction>>;
  readonly results: IBucket;
}

/** Children at once: half of an account's 1,000 concurrent Lambda invocations (default quota). */
const CHILDREN_AT_ONCE = 500;

/** What a child of a map was started with. */
const CHILD_INPUT = '{% $states.context.Execution.Input %}';
const ITEM = '$states.context.Map.Item.Value';
const NOTHING = "{% '' %}";
/** How often the execution was redriven (Step Functions Developer Guide, "Context object"). */
const LIFE = '{% $states.context.Execution.RedriveCount %}';
/** Keys of contract/names.ts with a variable for the id. */
const DISPATCH = "' & $dispatch & '";
const WAVE = "' & $string($wave) & '";

export function workflow(scope: Construct, { functions, results }: WorkflowProps): IChainable {
  const task = tasksOf(scope, functions);

  const admit = task(
    'admit',
    {
      execution: {
        name: '{% $states.context.Execution.Name %}',
        arn: '{% $states.context.Execution.Id %}',
        startedAt: '{% $states.context.Execution.StartTime %}',
      },
      // Asked again after a wait: the request is what the execution was started with.
      request: '{% $states.context.Execution.Input %}',
    },
    {
      dispatch: '{% $states.result.Payload.dispatch %}',
      mode: '{% $states.result.Payload.mode %}',
      groupsKey: '{% $states.result.Payload.groupsKey %}',
    },
  );

  const discover = DistributedMap.jsonata(scope, 'Inventory', {
    label: 'Inventory',
    mapExecutionType: StateMachineType.STANDARD,
    itemReader: new S3JsonItemReader({ bucket: results, key: '{% $groupsKey %}' }),
    itemSelector: {
      dispatch: '{% $dispatch %}',
      group: `{% ${ITEM}.group %}`,
      key: `{% ${ITEM}.key %}`,
    },
    maxConcurrency: CHILDREN_AT_ONCE,
    // A child that broke is not the end of the others: Freeze and Gate read which, and why.
    toleratedFailurePercentage: 100,
    assign: { mapped: LIFE },
    resultWriterV2: new ResultWriterV2({
      bucket: results,
      prefix: `{% '${keys.mapRun(DISPATCH, 'inventory')}' %}`,
      writerConfig: { outputType: OutputType.JSON, transformation: Transformation.COMPACT },
    }),
  }).itemProcessor(task('discover', CHILD_INPUT));

  const freeze = task(
    'freeze',
    {
      dispatch: '{% $dispatch %}',
      life: LIFE,
      mapped: '{% $mapped %}',
      manifest: { key: '{% $states.input.ResultWriterDetails.Key %}' },
    },
    {
      wave: 0,
      waves: '{% $states.result.Payload.waves %}',
      maxErrors: '{% $states.result.Payload.errorsAllowed %}',
      counts: {},
      endedAt: NOTHING,
      error: NOTHING,
      cause: NOTHING,
    },
  );

  const ready = task(
    'ready',
    {
      dispatch: '{% $dispatch %}',
      wave: '{% $wave %}',
      endedAt: '{% $endedAt %}',
      answer: '{% $exists($states.input.answer) ? $states.input.answer : null %}',
    },
    {
      error: '{% $states.result.Payload.error %}',
      cause: '{% $states.result.Payload.cause %}',
    },
  );
  const approve = waitingTask(
    scope,
    'Approve',
    functions.ask,
    {
      dispatch: '{% $dispatch %}',
      wave: '{% $wave %}',
      token: '{% $states.context.Task.Token %}',
      seconds: '{% $states.input.seconds %}',
    },
    { seconds: '{% $states.input.seconds %}', outputs: { answer: '{% $states.result %}' } },
  );
  const pause = Wait.jsonata(scope, 'Pause', {
    time: WaitTime.timestamp('{% $states.input.until %}'),
  });

  const wave = DistributedMap.jsonata(scope, 'Wave', {
    label: 'Wave',
    mapExecutionType: StateMachineType.STANDARD,
    itemReader: new S3JsonItemReader({
      bucket: results,
      key: `{% '${keys.wave(DISPATCH, WAVE)}' %}`,
    }),
    itemSelector: {
      dispatch: '{% $dispatch %}',
      wave: '{% $wave %}',
      group: `{% ${ITEM}.group %}`,
      key: `{% ${ITEM}.key %}`,
      life: LIFE,
      maxErrors: '{% $maxErrors %}',
    },
    maxConcurrency: CHILDREN_AT_ONCE,
    toleratedFailurePercentage: 100,
    assign: { mapped: LIFE },
    resultWriterV2: new ResultWriterV2({
      bucket: results,
      prefix: `{% '${keys.mapRun(DISPATCH, `wave-${WAVE}`)}' %}`,
      writerConfig: { outputType: OutputType.JSON, transformation: Transformation.COMPACT },
    }),
  }).itemProcessor(child());

  const gate = task(
    'gate',
    {
      dispatch: '{% $dispatch %}',
      wave: '{% $wave %}',
      life: LIFE,
      mapped: '{% $mapped %}',
      manifest: { key: '{% $states.input.ResultWriterDetails.Key %}' },
      before: '{% $counts %}',
    },
    {
      wave: '{% $states.result.Payload.wave %}',
      counts: '{% $states.result.Payload.counts %}',
      maxErrors: '{% $states.result.Payload.maxErrors %}',
      endedAt: '{% $states.result.Payload.endedAt %}',
    },
  );

  const report = task('report', {
    dispatch: '{% $dispatch %}',
    wavesDone: '{% $wave %}',
    error: '{% $error %}',
    cause: '{% $cause %}',
  });

  // What only a schedule's delivery meets: the dispatch before has not ended, or has it already.
  const turn = Wait.jsonata(scope, 'Turn', {
    time: WaitTime.seconds('{% $states.input.waitSeconds %}'),
  });
  turn.next(admit);
  admit.next(
    Choice.jsonata(scope, 'Admitted?')
      .when(isTrue("$states.input.next = 'wait'"), turn)
      .when(isTrue("$states.input.next = 'drop'"), Succeed.jsonata(scope, 'Dropped'))
      .otherwise(discover),
  );
  discover
    .next(freeze)
    .next(
      Choice.jsonata(scope, 'Plan only?')
        .when(isTrue('$states.input.again'), discover)
        .when(isTrue("$mode = 'plan'"), Succeed.jsonata(scope, 'Planned'))
        .when(isTrue('$waves = 0'), report)
        .otherwise(ready),
    );
  pause.next(ready);
  approve.next(ready);
  approve.addCatch(ready, { errors: ['States.Timeout'], outputs: { answer: { expired: true } } });
  ready.next(
    Choice.jsonata(scope, 'Ready?')
      .when(isTrue("$states.input.next = 'go'"), wave)
      .when(isTrue("$states.input.next = 'wait'"), pause)
      .when(isTrue("$states.input.next = 'ask'"), approve)
      .otherwise(report),
  );
  wave
    .next(gate)
    .next(
      Choice.jsonata(scope, 'Next wave?')
        .when(isTrue('$states.input.again'), wave)
        .when(isTrue('$states.input.proceed'), ready)
        .otherwise(report),
    );
  report.next(
    Choice.jsonata(scope, 'All well?')
      .when(isTrue('$states.input.succeeded'), Succeed.jsonata(scope, 'Succeeded'))
      .otherwise(
        Fail.jsonata(scope, 'Failed', {
          error: '{% $states.input.error %}',
          cause: '{% $states.input.cause %}',
        }),
      ),
  );
  return admit;

  /** One child of a wave: send, then look until everything has ended, then collect. */
  function child(): IChainable {
    const send = task('send', CHILD_INPUT);
    const wait = Wait.jsonata(scope, 'Wait', {
      time: WaitTime.seconds('{% $states.input.waitSeconds %}'),
    });
    const poll = task('poll', CHILD_INPUT);
    const collect = task('collect', CHILD_INPUT);
    const late = Wait.jsonata(scope, 'Wait for output', {
      time: WaitTime.seconds('{% $states.input.waitSeconds %}'),
    });
    collect.next(
      Choice.jsonata(scope, 'Whole?')
        .when(isTrue("$states.input.next = 'again'"), late.next(collect))
        .otherwise(Succeed.jsonata(scope, 'Collected')),
    );
    return send
      .next(wait)
      .next(poll)
      .next(
        Choice.jsonata(scope, 'Ended?')
          .when(isTrue("$states.input.next = 'collect'"), collect)
          .when(isTrue("$states.input.next = 'send'"), send)
          .otherwise(wait),
      );
  }
}

const isTrue = (expression: string) => Condition.jsonata(`{% ${expression} %}`);
