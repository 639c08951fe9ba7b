import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { NOTIFY_RULE } from '../../contract/names.ts';

const rule = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${NOTIFY_RULE}`;
const own = { 'aws:SourceAccount': Aws.ACCOUNT_ID };

/** Who may publish to the topic. */
export const topic = (topicArn: string): readonly iam.PolicyStatement[] => [
  // The rule's messages. Without a condition on the rule, which EventBridge does not promise to send to
  // topics (EventBridge User Guide, "Using resource-based policies": a role is not to be given either).
  new iam.PolicyStatement({
    sid: 'Events',
    principals: [new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topicArn],
  }),
  // The alarms of this account (SNS Developer Guide, "Allow Amazon CloudWatch alarms to publish").
  new iam.PolicyStatement({
    sid: 'Alarms',
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topicArn],
    conditions: {
      StringEquals: own,
      ArnLike: {
        'aws:SourceArn': `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:fleetwide-*`,
      },
    },
  }),
  // Nothing in clear text over a network.
  new iam.PolicyStatement({
    sid: 'TlsOnly',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['sns:Publish'],
    resources: [topicArn],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  }),
];

/** Who may leave dead letters, beside the role of the schedules. */
export const deadLetters = (queueArn: string): readonly iam.PolicyStatement[] => [
  // What the rule could not publish.
  new iam.PolicyStatement({
    sid: 'Events',
    principals: [new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': rule } },
  }),
  // Nothing in clear text over a network.
  new iam.PolicyStatement({
    sid: 'TlsOnly',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['sqs:*'],
    resources: [queueArn],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  }),
];
