import type {
  DeleteMessageRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../../core/clock.ts';
import { type Authorize, AwsError, type Call, type Operation } from '../../core/operation.ts';
import { arnOfUrl, md5, type Queue, type Queues } from './queues.ts';

export interface SqsDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly queues: Queues;
  readonly authorize: Authorize;
  readonly newId: () => string;
  /** Where queues' URLs lead. */
  readonly endpointUrl: () => string;
}

const VISIBILITY_SECONDS = 30;
/** SQS quotas: a message's bytes, and messages of one receive. */
const MOST_BYTES = 1_048_576;
const MOST_MESSAGES = 10;

function open(deps: SqsDeps, call: Call, action: string, arn: string): Queue {
  const queue = deps.queues.existing(arn);
  deps.authorize(call, {
    action: `sqs:${action}`,
    resource: arn,
    resourceAccount: queue.account,
    ...(queue.policy && { resourcePolicy: queue.policy }),
  });
  return queue;
}

const only = (operation: string, input: object, known: readonly string[]): void => {
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !known.includes(name))
      throw new AwsError(
        'UnsupportedOperation',
        `The embedded AWS does not implement parameter ${name} of sqs:${operation}`,
      );
};

export const sendMessage =
  (deps: SqsDeps): Operation<SendMessageRequest, SendMessageResult> =>
  async (call, input) => {
    only('SendMessage', input, ['QueueUrl', 'MessageBody', 'MessageAttributes']);
    const queue = open(deps, call, 'SendMessage', arnOfUrl(input.QueueUrl, call.region));
    const body = input.MessageBody ?? '';
    if (body === '' || Buffer.byteLength(body) > MOST_BYTES)
      throw new AwsError('InvalidMessageContents', `The message has ${body.length} characters.`);
    const now = deps.clock.now();
    const id = deps.newId();
    queue.messages.push({
      id,
      body,
      attributes: input.MessageAttributes ?? {},
      sentAt: now,
      visibleAt: now,
      received: 0,
    });
    return { MessageId: id, MD5OfMessageBody: md5(body) };
  };

export const receiveMessage =
  (deps: SqsDeps): Operation<ReceiveMessageRequest, ReceiveMessageResult> =>
  async (call, input) => {
    only('ReceiveMessage', input, [
      'QueueUrl',
      'MaxNumberOfMessages',
      'VisibilityTimeout',
      'MessageAttributeNames',
      'WaitTimeSeconds',
    ]);
    const queue = open(deps, call, 'ReceiveMessage', arnOfUrl(input.QueueUrl, call.region));
    const now = deps.clock.now();
    const most = Math.min(MOST_MESSAGES, input.MaxNumberOfMessages ?? 1);
    const taken = queue.messages.filter((each) => each.visibleAt <= now).slice(0, most);
    if (taken.length === 0) return {};
    const wanted = input.MessageAttributeNames ?? [];
    return {
      Messages: taken.map((message) => {
        message.visibleAt = now + (input.VisibilityTimeout ?? VISIBILITY_SECONDS) * 1000;
        message.receipt = deps.newId();
        message.received++;
        const attributes = Object.entries(message.attributes).filter(
          ([name]) => wanted.includes('All') || wanted.includes('.*') || wanted.includes(name),
        );
        return {
          MessageId: message.id,
          ReceiptHandle: message.receipt,
          Body: message.body,
          MD5OfBody: md5(message.body),
          ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries(attributes) }),
        };
      }),
    };
  };

export const deleteMessage =
  (deps: SqsDeps): Operation<DeleteMessageRequest, object> =>
  async (call, input) => {
    const queue = open(deps, call, 'DeleteMessage', arnOfUrl(input.QueueUrl, call.region));
    const at = queue.messages.findIndex(({ receipt }) => receipt === input.ReceiptHandle);
    if (at < 0)
      throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
    queue.messages.splice(at, 1);
    return {};
  };

export const getQueueUrl =
  (deps: SqsDeps): Operation<GetQueueUrlRequest, GetQueueUrlResult> =>
  async (call, { QueueName = '', QueueOwnerAWSAccountId: owner = call.caller.account }) => {
    open(deps, call, 'GetQueueUrl', `arn:aws:sqs:${call.region}:${owner}:${QueueName}`);
    return { QueueUrl: `${deps.endpointUrl()}/${owner}/${QueueName}` };
  };

export const getQueueAttributes =
  (deps: SqsDeps): Operation<GetQueueAttributesRequest, GetQueueAttributesResult> =>
  async (call, { QueueUrl, AttributeNames = [] }) => {
    const arn = arnOfUrl(QueueUrl, call.region);
    const queue = open(deps, call, 'GetQueueAttributes', arn);
    const now = deps.clock.now();
    const visible = queue.messages.filter(({ visibleAt }) => visibleAt <= now).length;
    const all: Readonly<Record<string, string>> = {
      QueueArn: arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(queue.messages.length - visible),
      MessageRetentionPeriod: String(queue.retentionSeconds),
    };
    const every = AttributeNames.includes('All');
    for (const name of AttributeNames)
      if (name !== 'All' && !(name in all))
        throw new AwsError(
          'InvalidAttributeName',
          `The embedded AWS does not know attribute ${name}`,
        );
    const names: readonly string[] = AttributeNames;
    return {
      Attributes: Object.fromEntries(
        Object.entries(all).filter(([name]) => every || names.includes(name)),
      ),
    };
  };
