import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS, NAMESPACE, nodesMetric, SERVICE } from '../contract/metrics.ts';
import {
  DEAD_LETTERS,
  functionName,
  RECALL_MACHINE,
  SCHEDULE_GROUP,
  STATE_MACHINE,
  STEPS,
} from '../contract/names.ts';
import { OUTCOMES } from '../contract/outcomes.ts';

export interface MonitoringProps {
  /** ARN of the topic that alarms are told to. */
  readonly topic: string;
  /** ARNs of the two state machines. */
  readonly dispatch: string;
  readonly recall: string;
}

const EVERY = Duration.minutes(5);

/** What one looks at, and what one is woken by. */
export class Monitoring extends Construct {
  readonly dashboard: cloudwatch.Dashboard;
  readonly alarms: readonly cloudwatch.CfnAlarm[];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.alarms = this.#alarms(props);
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: 'fleetwide',
      widgets: [
        [
          graph('Dispatches', [own(METRICS.finished), own(METRICS.failed)]),
          graph(
            'Nodes by outcome',
            OUTCOMES.map((outcome) => own(nodesMetric(outcome))),
          ),
          graph('Duration (s)', [
            own(METRICS.duration, 'p50'),
            own(METRICS.duration, 'p95'),
            own(METRICS.duration, 'Maximum'),
          ]),
        ],
        [
          graph('Throttles', [own(METRICS.throttles)]),
          graph(
            'Errors of the functions',
            STEPS.map((step) => aws('AWS/Lambda', 'Errors', { FunctionName: functionName(step) })),
          ),
          graph('Dead letters, lost events, dropped deliveries', [
            aws('AWS/SQS', VISIBLE, { QueueName: DEAD_LETTERS }, 'Maximum'),
            own(METRICS.eventsLost),
            own(METRICS.deliveriesDropped),
          ]),
        ],
        [
          graph('Executions that ended badly', [
            ...ENDED_BADLY.map((name) => machine(name, props.dispatch, STATE_MACHINE)),
            ...ENDED_BADLY.map((name) => machine(name, props.recall, RECALL_MACHINE)),
          ]),
          graph('Schedules', [
            schedules('InvocationAttemptCount'),
            schedules('TargetErrorCount'),
            schedules('InvocationDroppedCount'),
          ]),
        ],
      ],
    });
  }

  #alarms({ topic, dispatch, recall }: MonitoringProps): cloudwatch.CfnAlarm[] {
    const alarm = (name: string, alarmDescription: string, when: Watched) =>
      new cloudwatch.CfnAlarm(this, name, {
        alarmName: `fleetwide-${name}`,
        alarmDescription,
        ...when,
        period: EVERY.toSeconds(),
        evaluationPeriods: 1,
        threshold: 0,
        comparisonOperator: 'GreaterThanThreshold',
        // Nothing was counted: nothing went wrong.
        treatMissingData: 'notBreaching',
        alarmActions: [topic],
      });
    return [
      alarm(
        'dispatch-failed',
        'A dispatch did not succeed everywhere, or broke: fleetwide list --status failed.',
        ended(dispatch, 'ExecutionsFailed'),
      ),
      alarm(
        'dispatch-timed-out',
        'A dispatch ran out of time: fleetwide list --status timed-out.',
        ended(dispatch, 'ExecutionsTimedOut'),
      ),
      alarm(
        'recall-failed',
        'A recall could not account for every node: a process may still run there. Its report says where.',
        ended(recall, 'ExecutionsFailed'),
      ),
      alarm(
        'dead-letters',
        `A schedule could not start its dispatch, or people could not be told: read the queue ${DEAD_LETTERS}.`,
        {
          namespace: 'AWS/SQS',
          metricName: VISIBLE,
          dimensions: [{ name: 'QueueName', value: DEAD_LETTERS }],
          statistic: 'Maximum',
        },
      ),
    ];
  }
}

type Watched = Pick<
  cloudwatch.CfnAlarmProps,
  'namespace' | 'metricName' | 'dimensions' | 'statistic'
>;

const ended = (arn: string, metricName: string): Watched => ({
  namespace: 'AWS/States',
  metricName,
  dimensions: [{ name: 'StateMachineArn', value: arn }],
  statistic: 'Sum',
});

const VISIBLE = 'ApproximateNumberOfMessagesVisible';
const ENDED_BADLY = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];

const own = (metricName: string, statistic = 'Sum') =>
  new cloudwatch.Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { [SERVICE.name]: SERVICE.value },
    statistic,
    period: EVERY,
    label: statistic === 'Sum' ? metricName : statistic,
  });

const aws = (
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic = 'Sum',
) =>
  new cloudwatch.Metric({
    namespace,
    metricName,
    dimensionsMap,
    statistic,
    period: EVERY,
    label: `${Object.values(dimensionsMap)[0]} ${metricName}`,
  });

const machine = (metricName: string, StateMachineArn: string, name: string) =>
  new cloudwatch.Metric({
    namespace: 'AWS/States',
    metricName,
    dimensionsMap: { StateMachineArn },
    statistic: 'Sum',
    period: EVERY,
    label: `${name} ${metricName}`,
  });

const schedules = (metricName: string) =>
  aws('AWS/Scheduler', metricName, { ScheduleGroup: SCHEDULE_GROUP });

const graph = (title: string, left: cloudwatch.IMetric[]) =>
  new cloudwatch.GraphWidget({ title, left, width: 8, height: 6 });
