/** What makes schedules go off: one timer each, deliveries with retries, and dead letters. */
import { type Clock, sleep, type Timer } from '../../core/clock.ts';
import { AwsError, type Caller, type ServiceId } from '../../core/operation.ts';
import { nextTime } from '../../../contract/schedules/times.ts';
import type { IamStore } from '../../iam/store.ts';
import type { Schedule } from './schedule.ts';

export interface Due {
  readonly schedule: Schedule;
  readonly at: number;
}

export interface EngineDeps {
  readonly clock: Clock;
  readonly iam: Pick<IamStore, 'sessionForService' | 'callerOf'>;
  readonly newId: () => string;
  readonly random: () => number;
  readonly invokeInternal: (
    caller: Caller,
    service: ServiceId,
    operation: string,
    region: string,
    input: unknown,
  ) => Promise<unknown>;
  /** How often a delivery is made: it is at least once. Default: once. */
  readonly deliveries?: (due: { readonly name: string; readonly at: number }) => number;
}

/** What became of a delivery. */
export interface Delivered {
  readonly schedule: string;
  readonly at: number;
  readonly outcome: 'started' | 'deadLetter' | 'lost';
  readonly error?: string;
  /** Why there is no dead letter either: what the metric InvocationsFailedToBeSentToDeadLetterCount counts. */
  readonly lostBy?: string;
}

export class SchedulerEngine {
  readonly #deps: EngineDeps;
  readonly #schedules = new Map<string, Schedule>();
  readonly #timers = new Map<string, Timer>();
  readonly #closed = new AbortController();
  readonly delivered: Delivered[] = [];

  constructor(deps: EngineDeps) {
    this.#deps = deps;
  }

  get(arn: string): Schedule | undefined {
    return this.#schedules.get(arn);
  }

  all(): readonly Schedule[] {
    return [...this.#schedules.values()];
  }

  put(schedule: Schedule): void {
    this.#schedules.set(schedule.arn, schedule);
    // What is due at this very moment counts.
    this.#arm(schedule, this.#deps.clock.now() - 1);
  }

  delete(arn: string): void {
    this.#timers.get(arn)?.cancel();
    this.#timers.delete(arn);
    this.#schedules.delete(arn);
  }

  close(): void {
    for (const arn of this.#schedules.keys()) this.delete(arn);
    this.#closed.abort(new Error('the scheduler is closed'));
  }

  #arm(schedule: Schedule, after: number): void {
    this.#timers.get(schedule.arn)?.cancel();
    this.#timers.delete(schedule.arn);
    if (!schedule.enabled) return;
    const { clock } = this.#deps;
    const at = nextTime(schedule.timetable, after);
    if (at === undefined) {
      if (schedule.deletedAfter) this.delete(schedule.arn);
      return;
    }
    const timer = clock.whenever(at - clock.now(), () => {
      this.#due({ schedule, at });
      this.#arm(schedule, at);
    });
    this.#timers.set(schedule.arn, timer);
  }

  #due(due: Due): void {
    const { clock, random, deliveries = () => 1 } = this.#deps;
    const { name, windowMinutes } = due.schedule;
    const times = deliveries({ name, at: due.at });
    for (let n = 0; n < times; n++) {
      // Rejects only when the scheduler is closed, and then nobody waits for it.
      sleep(clock, random() * windowMinutes * 60_000, this.#closed.signal)
        .then(() => this.#deliver(due))
        .catch(() => undefined);
    }
  }

  async #deliver(due: Due): Promise<void> {
    const { clock } = this.#deps;
    const { target, arn, region, name } = due.schedule;
    const executionId = this.#deps.newId();
    for (let attempt = 1; ; attempt++) {
      try {
        const caller = this.#caller(due.schedule);
        const input = filled(target.input, {
          'schedule-arn': arn,
          'scheduled-time': isoSeconds(due.at),
          'execution-id': executionId,
          'attempt-number': String(attempt),
        });
        await this.#deps.invokeInternal(caller, 'states', 'StartExecution', region, {
          stateMachineArn: target.arn,
          input,
        });
        this.delivered.push({ schedule: name, at: due.at, outcome: 'started' });
        return;
      } catch (error) {
        const age = (clock.now() - due.at) / 1000;
        const exhausted =
          attempt > target.attempts
            ? 'MaximumRetryAttempts'
            : age >= target.maximumAgeSeconds
              ? 'MaximumEventAgeInSeconds'
              : undefined;
        if (isPassing(error) && !exhausted) {
          await sleep(clock, pause(attempt), this.#closed.signal);
          continue;
        }
        const code = error instanceof Error ? error.name : 'Error';
        const buried = await this.#bury(due, {
          ERROR_CODE: code,
          ERROR_MESSAGE: error instanceof Error ? error.message : String(error),
          ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
          EXECUTION_ID: executionId,
          RETRY_ATTEMPTS: String(attempt - 1),
          SCHEDULED_TIME: isoSeconds(due.at),
          SCHEDULE_ARN: arn,
          TARGET_ARN: target.arn,
        });
        this.delivered.push({ schedule: name, at: due.at, ...buried, error: code });
        return;
      }
    }
  }

  /** As the schedule's role, which must trust Scheduler for the group. */
  #caller({ target, account, groupArn }: Schedule): Caller {
    const { iam, newId } = this.#deps;
    const context = { 'aws:SourceAccount': account, 'aws:SourceArn': groupArn };
    return iam.callerOf(
      iam.sessionForService(target.roleArn, 'scheduler.amazonaws.com', newId(), { context }),
    );
  }

  /** User Guide, "Configuring a dead-letter queue": the input as the body, the rest as attributes. */
  async #bury(
    { schedule }: Due,
    attributes: Readonly<Record<string, string>>,
  ): Promise<Pick<Delivered, 'outcome' | 'lostBy'>> {
    const { deadLetterArn, input } = schedule.target;
    if (deadLetterArn === undefined) return { outcome: 'lost' };
    const [, , , region = '', account = '', queue = ''] = deadLetterArn.split(':');
    try {
      await this.#deps.invokeInternal(this.#caller(schedule), 'sqs', 'SendMessage', region, {
        QueueUrl: `/${account}/${queue}`,
        MessageBody: input,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [
            name,
            { DataType: 'String', StringValue: value },
          ]),
        ),
      });
      return { outcome: 'deadLetter' };
    } catch (error) {
      return { outcome: 'lost', lostBy: String(error) };
    }
  }
}

/** User Guide, "Adding context attributes": `<aws.scheduler.scheduled-time>` and so on, anywhere in the input. */
const filled = (input: string, values: Readonly<Record<string, string>>): string =>
  input.replaceAll(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => values[name] ?? whole);

const isoSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;
const pause = (attempt: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));

const isPassing = (error: unknown): boolean =>
  error instanceof AwsError &&
  (error.status >= 500 || /Throttl|LimitExceeded|TooManyRequests/.test(error.name));
