/** The recall, top to bottom: revoke, cancel everywhere until all has ended, report. */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DistributedMap,
  Fail,
  type IChainable,
  S3JsonItemReader,
  StateMachineType,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { RECALL_STEPS } from '../contract/names.ts';
import { tasksOf } from './task.ts';

export interface RecallWorkflowProps {
  readonly functions: Readonly<Record<(typeof RECALL_STEPS)[number], IFunction>>;
  readonly results: IBucket;
}

/** Children at once: the other half of an account's 1,000 concurrent Lambda invocations may be a dispatch's. */
const CHILDREN_AT_ONCE = 500;

const ITEM = '$states.context.Map.Item.Value';
const isTrue = (expression: string) => Condition.jsonata(`{% ${expression} %}`);

export function recallWorkflow(
  scope: Construct,
  { functions, results }: RecallWorkflowProps,
): IChainable {
  const task = tasksOf(scope, functions);

  const revoke = task(
    'revoke',
    "{% $merge([$sift($states.input, function($v, $k) { $k in ['dispatch', 'status'] }), {'execution': $states.context.Execution.Id}]) %}",
    {
      dispatch: '{% $states.input.dispatch %}',
      recalled: {
        life: '{% $states.result.Payload.life %}',
        why: '{% $states.result.Payload.why %}',
      },
      wavesDone: '{% $states.result.Payload.wavesDone %}',
    },
  );
  const everywhere = DistributedMap.jsonata(scope, 'Everywhere', {
    label: 'Everywhere',
    mapExecutionType: StateMachineType.STANDARD,
    itemReader: new S3JsonItemReader({ bucket: results, key: '{% $states.input.claimsKey %}' }),
    itemSelector: {
      dispatch: '{% $dispatch %}',
      wave: `{% ${ITEM}.wave %}`,
      group: `{% ${ITEM}.group %}`,
      key: `{% ${ITEM}.key %}`,
      shards: `{% ${ITEM}.shards %}`,
      life: '{% $recalled.life %}',
      round: 0,
    },
    maxConcurrency: CHILDREN_AT_ONCE,
    // A child that breaks must not stop the others from cancelling: Report says what is missing then.
    toleratedFailurePercentage: 100,
    // The results lie in the bucket.
    outputs: {},
  }).itemProcessor(child());
  const report = task('report', {
    dispatch: '{% $dispatch %}',
    wavesDone: '{% $wavesDone %}',
    recalled: '{% $recalled %}',
  });
  revoke.next(
    Choice.jsonata(scope, 'Anything to recall?')
      .when(isTrue('$states.input.recall'), everywhere)
      .otherwise(Succeed.jsonata(scope, 'Nothing to recall')),
  );
  everywhere.next(report);
  report.next(
    Choice.jsonata(scope, 'All accounted for?')
      .when(
        isTrue("$states.input.error = 'RecallIncomplete'"),
        Fail.jsonata(scope, 'Incomplete', {
          error: '{% $states.input.error %}',
          cause: '{% $states.input.cause %}',
        }),
      )
      .otherwise(Succeed.jsonata(scope, 'Recalled')),
  );
  return revoke;

  /** One child: cancel, and look again until everything has ended. */
  function child(): IChainable {
    const cancel = task(
      'cancel',
      "{% $merge([$states.context.Execution.Input, {'round': $states.input.round}]) %}",
    );
    const wait = Wait.jsonata(scope, 'Wait', {
      time: WaitTime.seconds('{% $states.input.waitSeconds %}'),
    });
    wait.next(cancel);
    return cancel.next(
      Choice.jsonata(scope, 'Ended?')
        .when(isTrue("$states.input.next = 'done'"), Succeed.jsonata(scope, 'Ended'))
        .otherwise(wait),
    );
  }
}
