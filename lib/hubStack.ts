import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { keys, resultsBucketName, type Step } from '../contract/names.ts';
import { DispatchMachine } from './dispatchMachine.ts';
import { Monitoring } from './monitoring.ts';
import { Notifications } from './notifications.ts';
import { DoctorMachine } from './doctorMachine.ts';
import { keyPolicy } from './policies/keys.ts';
import { PrivateBucket } from './privateBucket.ts';
import { Recall } from './recall.ts';
import { Schedules } from './schedules.ts';
import { StepFunction } from './stepFunction.ts';

export interface HubStackProps extends StackProps {
  readonly config: Config;
  readonly code: (step: Step) => lambda.Code;
}

/** The hub: what dispatches, and what is kept of it. */
export class HubStack extends Stack {
  readonly machine: DispatchMachine;
  readonly recall: Recall;
  readonly notifications: Notifications;
  readonly schedules: Schedules;
  readonly monitoring: Monitoring;
  readonly doctor: DoctorMachine;

  constructor(scope: Construct, id: string, props: HubStackProps) {
    super(scope, id, props);
    const { config, code } = props;
    const bucketName = resultsBucketName(config.hub.account, config.hub.region);
    const { bucket: results } = new PrivateBucket(this, 'Results', {
      name: bucketName,
      keyPolicy: config.encryption === 'KMS' ? keyPolicy(bucketName) : undefined,
      keep: config.keepBuckets,
      lifecycleRules: [
        // Dispatches alone: the lists of accounts beside them are kept.
        {
          id: 'Forget',
          prefix: keys.root(''),
          expiration: Duration.days(config.resultsRetentionDays),
        },
        { id: 'AbortUploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    const step = (name: Step) =>
      new StepFunction(this, name, { step: name, config, code: code(name), results }).function;
    const functions: Record<Step, lambda.IFunction> = {
      admit: step('admit'),
      discover: step('discover'),
      freeze: step('freeze'),
      ready: step('ready'),
      ask: step('ask'),
      send: step('send'),
      poll: step('poll'),
      collect: step('collect'),
      gate: step('gate'),
      report: step('report'),
      revoke: step('revoke'),
      cancel: step('cancel'),
      doctor: step('doctor'),
    };
    const { revoke, cancel, doctor, ...dispatch } = functions;
    this.machine = new DispatchMachine(this, 'Dispatch', { functions: dispatch, results });
    this.recall = new Recall(this, 'Recall', {
      functions: { revoke, cancel, report: functions.report },
      results,
      dispatch: this.machine.stateMachine.stateMachineArn,
    });
    this.notifications = new Notifications(this, 'Notifications', config);
    this.monitoring = new Monitoring(this, 'Monitoring', {
      topic: this.notifications.topicArn,
      dispatch: this.machine.stateMachine.stateMachineArn,
      recall: this.recall.stateMachine.stateMachineArn,
    });
    this.schedules = new Schedules(this, 'Schedules', {
      schedules: config.schedules,
      dispatch: this.machine.stateMachine.stateMachineArn,
      deadLetters: this.notifications.deadLetters.attrArn,
    });
    this.doctor = new DoctorMachine(this, 'Doctor', doctor);
  }
}
