/** The default event bus, as far as rules of templates use it: events of AWS services to state machines. */
import { type Clock, sleep } from '../core/clock.ts';
import { AwsError, type Caller, type ServiceId } from '../core/operation.ts';
import type { IamStore } from '../iam/store.ts';
import { matches, type Pattern } from './pattern.ts';
import { type InputTransformer, transformed } from './transform.ts';

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
  /** Of a state machine. */
  readonly arn: string;
  readonly roleArn: string;
  /** Absent: the target is given the event. */
  readonly transformer?: InputTransformer;
  readonly attempts: number;
  readonly maximumAgeSeconds: number;
}

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

export interface EventsDeps {
  readonly clock: Clock;
  readonly iam: Pick<IamStore, 'sessionForService' | 'callerOf'>;
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
  const closed = new AbortController();

  const deliver = async (rule: Rule, target: Target, event: object): Promise<void> => {
    const first = clock.now();
    for (let attempt = 0; ; attempt++) {
      await sleep(clock, attempt === 0 ? DELIVERY_MS : pause(attempt), closed.signal);
      try {
        return await start(deps, rule, target, event);
      } catch (error) {
        const age = (clock.now() - first) / 1000;
        const final = attempt >= target.attempts || age > target.maximumAgeSeconds;
        if (isPassing(error) && !final) continue;
        undelivered.push({ rule: rule.name, target: target.id, reason: String(error) });
        return;
      }
    }
  };

  return {
    putRule: (rule) => void rules.set(rule.arn, rule),
    put({ source, detailType, account, region, resources, detail }) {
      const event = {
        version: '0',
        id: deps.newId(),
        'detail-type': detailType,
        source,
        account,
        time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
        region,
        resources,
        detail,
      };
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

/** As the target's role, which must trust EventBridge for this rule and be allowed to start the machine. */
async function start(
  { iam, invokeInternal, newId }: EventsDeps,
  rule: Rule,
  target: Target,
  event: object,
): Promise<void> {
  const context = { 'aws:SourceAccount': rule.account, 'aws:SourceArn': rule.arn };
  const session = iam.sessionForService(target.roleArn, 'events.amazonaws.com', newId(), {
    context,
  });
  await invokeInternal(iam.callerOf(session), 'states', 'StartExecution', rule.region, {
    stateMachineArn: target.arn,
    input: target.transformer ? transformed(target.transformer, event) : JSON.stringify(event),
  });
}

const pause = (attempt: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));

const isPassing = (error: unknown): boolean =>
  error instanceof AwsError && (error.status >= 500 || error.name === 'ThrottlingException');
