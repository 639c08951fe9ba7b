/** SNS, as far as messages are published to topics. */
import type {
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  ListTopicsInput,
  ListTopicsResponse,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import type { Clock } from '../../core/clock.ts';
import {
  type Authorize,
  AwsError,
  type Call,
  type Operation,
  type Service,
} from '../../core/operation.ts';
import type { Topic, Topics } from './topics.ts';

export interface SnsDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly topics: Topics;
  readonly authorize: Authorize;
  readonly newId: () => string;
}

/** API reference, Publish: bytes of a message, characters of a subject. */
const MOST_BYTES = 262_144;
const MOST_SUBJECT = 100;

const invalid = (message: string) => new AwsError('InvalidParameter', message, 400);

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Publish: ['TopicArn', 'Message', 'Subject'],
  ListTopics: [],
  ListSubscriptionsByTopic: ['TopicArn'],
};

function checked(operation: string, input: object): void {
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !KNOWN[operation]?.includes(name))
      throw invalid(`The embedded AWS does not implement parameter ${name} of sns:${operation}`);
}

function open(deps: SnsDeps, call: Call, action: string, arn: string | undefined): Topic {
  const topic = deps.topics.existing(arn ?? '');
  deps.authorize(call, {
    action: `sns:${action}`,
    resource: topic.arn,
    resourceAccount: topic.account,
    ...(topic.policy && { resourcePolicy: topic.policy }),
  });
  return topic;
}

const publish =
  (deps: SnsDeps): Operation<PublishInput, PublishResponse> =>
  async (call, input) => {
    checked('Publish', input);
    const topic = open(deps, call, 'Publish', input.TopicArn);
    const { Message: message = '', Subject: subject } = input;
    if (message === '') throw invalid('Invalid parameter: Empty message');
    if (Buffer.byteLength(message) > MOST_BYTES)
      throw invalid('Invalid parameter: Message too long');
    if (subject !== undefined && (subject === '' || subject.length > MOST_SUBJECT))
      throw invalid('Invalid parameter: Subject');
    const id = deps.newId();
    deps.topics.published.push({
      topic: topic.arn,
      id,
      at: deps.clock.now(),
      ...(subject !== undefined && { subject }),
      message,
    });
    return { MessageId: id };
  };

const listTopics =
  (deps: SnsDeps): Operation<ListTopicsInput, ListTopicsResponse> =>
  async (call, input) => {
    checked('ListTopics', input);
    deps.authorize(call, { action: 'sns:ListTopics', resource: '*' });
    const { account } = call.caller;
    const own = deps.topics
      .all()
      .filter((each) => each.account === account && each.region === call.region);
    return { Topics: own.map(({ arn }) => ({ TopicArn: arn })) };
  };

const listSubscriptionsByTopic =
  (deps: SnsDeps): Operation<ListSubscriptionsByTopicInput, ListSubscriptionsByTopicResponse> =>
  async (call, input) => {
    checked('ListSubscriptionsByTopic', input);
    const topic = open(deps, call, 'ListSubscriptionsByTopic', input.TopicArn);
    return {
      Subscriptions: topic.subscriptions.map(({ arn, protocol, endpoint }) => ({
        SubscriptionArn: arn,
        Owner: topic.account,
        Protocol: protocol,
        Endpoint: endpoint,
        TopicArn: topic.arn,
      })),
    };
  };

const operationsOf = (deps: SnsDeps) => ({
  ListSubscriptionsByTopic: listSubscriptionsByTopic(deps),
  ListTopics: listTopics(deps),
  Publish: publish(deps),
});

export interface Sns extends Service {
  readonly operations: ReturnType<typeof operationsOf>;
}

export const createSns = (deps: SnsDeps): Sns => ({ id: 'sns', operations: operationsOf(deps) });
