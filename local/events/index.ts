/** The default event bus, as far as rules of templates use it. */
import { type Clock, sleep } from '../core/clock.ts';
import { type Authorize, AwsError, type Caller, type ServiceId } from '../core/operation.ts';
import type { IamStore } from '../iam/store.ts';
import { matches, type Pattern } from './pattern.ts';
import { type Asked, type Connection, type Destination, Destinations } from './destinations.ts';
import { bury, deliver as deliverTo } from './targets.ts';
import { type InputTransformer, transformed } from './transform.ts';

/** An event as rules and targets see it. */
export interface WholeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

export interface Rule {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly pattern: Pattern;
  readonly targets: readonly Target[];
}

export interface Target {
  readonly id: string;
  /** Of a state machine, a topic or an API destination. */
  readonly arn: string;
  /** Not for topics: their policy decides. */
  readonly roleArn?: string;
  /** Absent: the target is given the event. */
  readonly transformer?: InputTransformer;
  readonly attempts: number;
  readonly maximumAgeSeconds: number;
  readonly deadLetterArn?: string;
}

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
  /** Default: a new one. */
  readonly id?: string;
}

export interface EventsDeps {
  readonly clock: Clock;
  readonly iam: Pick<IamStore, 'sessionForService' | 'callerOf'>;
  readonly authorize: Authorize;
  readonly newId: () => string;
  readonly invokeInternal: (
    caller: Caller,
    service: ServiceId,
    operation: string,
    region: string,
    input: unknown,
  ) => Promise<unknown>;
}

export interface Undelivered {
  readonly rule: string;
  readonly target: string;
  readonly reason: string;
}

export interface Events {
  putRule(rule: Rule): void;
  putConnection(connection: Connection): void;
  putDestination(destination: Destination): void;
  /** Every event that was put, as rules see it. */
  readonly all: readonly WholeEvent[];
  /** What API destinations would have been asked: nothing goes out from here. */
  readonly asked: readonly Asked[];
  /** Delivers to every target of every rule that matches, a moment later. */
  put(event: BusEvent): void;
  /** What AWS would show as a rule's FailedInvocations. */
  undelivered(): readonly Undelivered[];
  close(): void;
}

/** AWS gives no number: "near real time", usually well below a second. */
const DELIVERY_MS = 300;
/** Between attempts, growing ("exponential back off and jitter": EventBridge User Guide, retry policies). */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export function createEvents(deps: EventsDeps): Events {
  const { clock } = deps;
  const rules = new Map<string, Rule>();
  const undelivered: Undelivered[] = [];
  const all: WholeEvent[] = [];
  const destinations = new Destinations(clock);
  const closed = new AbortController();

  const deliver = async (rule: Rule, target: Target, event: object): Promise<void> => {
    const first = clock.now();
    for (let attempt = 0; ; attempt++) {
      await sleep(clock, attempt === 0 ? DELIVERY_MS : pause(attempt), closed.signal);
      try {
        const text = target.transformer
          ? transformed(target.transformer, event)
          : JSON.stringify(event);
        return await deliverTo(deps, destinations, rule, target, text);
      } catch (error) {
        const age = (clock.now() - first) / 1000;
        const final = attempt >= target.attempts || age > target.maximumAgeSeconds;
        if (isPassing(error) && !final) continue;
        undelivered.push({ rule: rule.name, target: target.id, reason: String(error) });
        if (target.deadLetterArn !== undefined)
          await bury(deps, rule, target, target.deadLetterArn, event, error);
        return;
      }
    }
  };

  return {
    putRule: (rule) => void rules.set(rule.arn, rule),
    putConnection: (connection) => destinations.putConnection(connection),
    putDestination: (destination) => destinations.put(destination),
    all,
    asked: destinations.asked,
    put({ source, detailType, account, region, resources, detail, id = deps.newId() }) {
      const event: WholeEvent = {
        version: '0',
        id,
        'detail-type': detailType,
        source,
        account,
        time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
        region,
        resources,
        detail,
      };
      all.push(event);
      for (const rule of rules.values())
        if (rule.enabled && rule.account === account && rule.region === region)
          if (matches(rule.pattern, event))
            // Rejects only when the bus is closed, and then nobody waits for it.
            for (const target of rule.targets) deliver(rule, target, event).catch(() => undefined);
    },
    undelivered: () => undelivered,
    close: () => closed.abort(new Error('the event bus is closed')),
  };
}

const pause = (attempt: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));

const isPassing = (error: unknown): boolean =>
  error instanceof AwsError && (error.status >= 500 || error.name === 'ThrottlingException');
