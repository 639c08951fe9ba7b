import { z } from 'zod';
import { Name, policy, resourceType } from '../resourceType.ts';

/** SQS's default: 4 days. */
const RETENTION = 345_600;

export const sqsQueue = resourceType({
  type: 'AWS::SQS::Queue',
  properties: z.strictObject({
    QueueName: Name,
    MessageRetentionPeriod: z.int().min(60).max(1_209_600).default(RETENTION),
  }),
  inert: ['SqsManagedSseEnabled'],
  plan({ QueueName: name, MessageRetentionPeriod: retentionSeconds }, { account, region }) {
    const arn = `arn:aws:sqs:${region}:${account}:${name}`;
    const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    return {
      ref: url,
      arn,
      attributes: { Arn: arn, QueueName: name, QueueUrl: url },
      async create(target) {
        await target.putQueue({ arn, account, region, name, retentionSeconds });
      },
    };
  },
});

export const sqsQueuePolicy = resourceType({
  type: 'AWS::SQS::QueuePolicy',
  properties: z.strictObject({ Queues: z.array(z.string()), PolicyDocument: policy('resource') }),
  plan({ Queues, PolicyDocument }, { region }) {
    const arns = Queues.map((url) => {
      const [account = '', name = ''] = url.split('/').slice(-2);
      return `arn:aws:sqs:${region}:${account}:${name}`;
    });
    return {
      ref: 'policy',
      arn: arns[0] ?? '',
      attributes: {},
      async create(target) {
        for (const arn of arns) await target.setQueuePolicy(arn, PolicyDocument);
      },
    };
  },
});
