/** SQS, as far as dead letters are put and read. */
import type { Service } from '../../core/operation.ts';
import {
  deleteMessage,
  getQueueAttributes,
  getQueueUrl,
  receiveMessage,
  sendMessage,
  type SqsDeps,
} from './operations.ts';

const operationsOf = (deps: SqsDeps) => ({
  DeleteMessage: deleteMessage(deps),
  GetQueueAttributes: getQueueAttributes(deps),
  GetQueueUrl: getQueueUrl(deps),
  ReceiveMessage: receiveMessage(deps),
  SendMessage: sendMessage(deps),
});

export interface Sqs extends Service {
  readonly operations: ReturnType<typeof operationsOf>;
}

export const createSqs = (deps: SqsDeps): Sqs => ({ id: 'sqs', operations: operationsOf(deps) });
