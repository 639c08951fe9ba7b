/** Queues, as far as dead letters need them: standard, messages in the order they came. */
import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Clock } from '../../core/clock.ts';
import { AwsError } from '../../core/operation.ts';
import type { PolicyDocument } from '../../core/policy.ts';

export interface Queue {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly retentionSeconds: number;
  policy?: PolicyDocument;
  readonly messages: Message[];
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly sentAt: number;
  /** Not shown to others before (ms since the epoch). */
  visibleAt: number;
  /** Of the last receiver. */
  receipt?: string;
  received: number;
}

export type NewQueue = Pick<Queue, 'arn' | 'account' | 'region' | 'name' | 'retentionSeconds'>;

export class Queues {
  readonly #byArn = new Map<string, Queue>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  put(queue: NewQueue): void {
    this.#byArn.set(queue.arn, { ...queue, messages: this.#byArn.get(queue.arn)?.messages ?? [] });
  }

  setPolicy(arn: string, policy: PolicyDocument): void {
    this.existing(arn).policy = policy;
  }

  /** With the messages that have not outlived the queue's retention. */
  existing(arn: string): Queue {
    const queue = this.#byArn.get(arn);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', 400);
    const oldest = this.#clock.now() - queue.retentionSeconds * 1000;
    const dead = queue.messages.findIndex(({ sentAt }) => sentAt > oldest);
    queue.messages.splice(0, dead < 0 ? queue.messages.length : dead);
    return queue;
  }

  all(): readonly Queue[] {
    return [...this.#byArn.values()];
  }
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** `…/111122223333/name`, as a queue's URL ends. */
export function arnOfUrl(url: string | undefined, region: string): string {
  const [account = '', name = ''] = (url ?? '').split('/').slice(-2);
  return `arn:aws:sqs:${region}:${account}:${name}`;
}
