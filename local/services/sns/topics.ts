/** Topics, and what was published to them: nothing is mailed from here. */
import { AwsError } from '../../core/operation.ts';
import type { PolicyDocument } from '../../core/policy.ts';

export interface Topic {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  policy?: PolicyDocument;
  readonly subscriptions: Subscription[];
}

export interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

export type NewTopic = Pick<Topic, 'arn' | 'account' | 'region' | 'name'>;

export interface Notification {
  readonly topic: string;
  readonly id: string;
  readonly at: number;
  readonly subject?: string;
  readonly message: string;
}

export class Topics {
  readonly #byArn = new Map<string, Topic>();
  readonly published: Notification[] = [];

  put(topic: NewTopic): void {
    this.#byArn.set(topic.arn, { ...topic, subscriptions: [] });
  }

  setPolicy(arn: string, policy: PolicyDocument): void {
    this.existing(arn).policy = policy;
  }

  subscribe(topic: string, subscription: Subscription): void {
    this.existing(topic).subscriptions.push(subscription);
  }

  existing(arn: string): Topic {
    const topic = this.#byArn.get(arn);
    if (!topic) throw new AwsError('NotFound', `Topic does not exist: ${arn}`, 404);
    return topic;
  }

  all(): readonly Topic[] {
    return [...this.#byArn.values()];
  }
}
