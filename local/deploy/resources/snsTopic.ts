import { z } from 'zod';
import { Name, policy, resourceType } from '../resourceType.ts';

const arnOf = (account: string, region: string, name: string) =>
  `arn:aws:sns:${region}:${account}:${name}`;

export const snsTopic = resourceType({
  type: 'AWS::SNS::Topic',
  properties: z.strictObject({ TopicName: Name }),
  inert: ['DisplayName'],
  plan({ TopicName: name }, { account, region }) {
    const arn = arnOf(account, region, name);
    return {
      ref: arn,
      arn,
      attributes: { TopicArn: arn, TopicName: name },
      async create(target) {
        await target.putTopic({ arn, account, region, name });
      },
    };
  },
});

export const snsTopicPolicy = resourceType({
  type: 'AWS::SNS::TopicPolicy',
  properties: z.strictObject({ Topics: z.array(z.string()), PolicyDocument: policy('resource') }),
  plan({ Topics, PolicyDocument }) {
    return {
      ref: 'policy',
      arn: Topics[0] ?? '',
      attributes: {},
      async create(target) {
        for (const topic of Topics) await target.setTopicPolicy(topic, PolicyDocument);
      },
    };
  },
});

export const snsSubscription = resourceType({
  type: 'AWS::SNS::Subscription',
  properties: z.strictObject({ TopicArn: z.string(), Protocol: z.string(), Endpoint: z.string() }),
  plan({ TopicArn: topic, Protocol: protocol, Endpoint: endpoint }) {
    const arn = `${topic}:${endpoint}`;
    return {
      ref: arn,
      arn,
      attributes: {},
      async create(target) {
        await target.subscribe(topic, { arn, protocol, endpoint });
      },
    };
  },
});
