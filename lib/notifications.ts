import { Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { EVENT_SOURCE } from '../contract/events.ts';
import { DEAD_LETTERS, NOTIFY_RULE, TOPIC } from '../contract/names.ts';
import * as policies from './policies/notifications.ts';

/** How people hear of dispatches: a topic, the rule that feeds it, and a queue for what gets lost on the way. */
export class Notifications extends Construct {
  readonly topicArn: string;
  readonly deadLetters: CfnQueue;
  readonly rule: CfnRule;
  readonly subscriptions: readonly CfnSubscription[];
  /** Who may publish to the topic, and who may leave dead letters. */
  readonly policies: readonly [CfnTopicPolicy, CfnQueuePolicy];

  constructor(scope: Construct, id: string, { notifications }: Pick<Config, 'notifications'>) {
    super(scope, id);
    // Not encrypted with a key of its own: EventBridge and alarms could not use the managed one, and what is
    // told holds neither parameters nor output (contract/events.ts).
    const topic = new CfnTopic(this, 'Topic', { topicName: TOPIC, displayName: 'Fleetwide' });
    this.topicArn = topic.attrTopicArn;
    const topicPolicy = new CfnTopicPolicy(this, 'TopicPolicy', {
      topics: [this.topicArn],
      policyDocument: new iam.PolicyDocument({ statements: [...policies.topic(this.topicArn)] }),
    });
    this.deadLetters = new CfnQueue(this, 'DeadLetters', {
      queueName: DEAD_LETTERS,
      messageRetentionPeriod: Duration.days(14).toSeconds(),
      sqsManagedSseEnabled: true,
    });
    const queuePolicy = new CfnQueuePolicy(this, 'DeadLettersPolicy', {
      queues: [this.deadLetters.ref],
      policyDocument: new iam.PolicyDocument({
        statements: [...policies.deadLetters(this.deadLetters.attrArn)],
      }),
    });
    this.policies = [topicPolicy, queuePolicy];
    this.rule = new CfnRule(this, 'Rule', {
      name: NOTIFY_RULE,
      description: 'Fleetwide: tells people how dispatches go',
      state: 'ENABLED',
      eventPattern: { source: [EVENT_SOURCE], 'detail-type': notifications.events },
      targets: [
        {
          id: 'topic',
          arn: this.topicArn,
          inputTransformer: {
            inputPathsMap: { message: '$.detail.message' },
            inputTemplate: '"<message>"',
          },
          deadLetterConfig: { arn: this.deadLetters.attrArn },
        },
      ],
    });
    this.subscriptions = notifications.emails.map(
      (endpoint) =>
        new CfnSubscription(this, endpoint, {
          topicArn: this.topicArn,
          protocol: 'email',
          endpoint,
        }),
    );
  }
}
