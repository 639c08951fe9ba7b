import type { Engine } from './engine.ts';
import type { Execution } from './execution.ts';
import type { Query, Scope } from './expression.ts';
import { StateError, tooLarge } from './failure.ts';
import type { Data, State } from './flow.ts';
import type { Details } from './history.ts';
import {
  byteLength,
  isJsonObject,
  isoDate,
  type Json,
  type JsonObject,
  type Payload,
  payload,
} from './json.ts';
import type { HistoryEventType } from '@aws-sdk/client-sfn';

/** Bytes of a state's input, result, output, and of what one Assign sets (developer guide, service quotas). */
const PAYLOAD_LIMIT = 256 * 1024;
/** Bytes of all variables of one execution together (developer guide, variables). */
const VARIABLES_LIMIT = 10 * 1024 * 1024;

/** What a state leaves behind. */
export interface Outcome {
  readonly output: Payload;
  readonly assigned?: JsonObject;
  /** Absent: the execution has succeeded. */
  readonly next?: string | undefined;
}

/** One state of one execution, from entering to leaving it: what its queries see and where its events go. */
export class Frame {
  readonly engine: Engine;
  readonly execution: Execution;
  readonly state: State;
  readonly input: Payload;
  /** Of the attempt it belongs to: an older one must not write any more once a redrive runs. */
  readonly signal: AbortSignal;
  readonly eventId: number;
  retryCount = 0;
  readonly #enteredTime: number;

  constructor(
    engine: Engine,
    execution: Execution,
    state: State,
    entered: { readonly eventId: number; readonly time: number },
  ) {
    this.engine = engine;
    this.execution = execution;
    this.state = state;
    this.input = execution.position.input;
    this.signal = execution.attempt.signal;
    this.eventId = entered.eventId;
    this.#enteredTime = entered.time;
  }

  /** Adds to the history; throws when the attempt is over, so that nothing happens after the end. */
  record(type: HistoryEventType, details?: Details): void {
    this.signal.throwIfAborted();
    this.execution.history.add(type, details);
  }

  /** `extra`: `result` or `errorOutput`; `context`: `Map` or `Task`. */
  scope(extra: Readonly<Record<string, Json>> = {}, context: JsonObject = {}): Scope {
    return {
      variables: this.execution.variables,
      states: { input: this.input.value, context: { ...this.#context(), ...context }, ...extra },
    };
  }

  /** Output and Assign, side by side: neither sees what the other does. */
  async conclude(
    data: Data,
    scope: Scope,
    fallback: Json,
    next: string | undefined,
  ): Promise<Outcome> {
    const output = await this.evaluate(data.output, scope, fallback);
    const assigned = data.assign ? await this.evaluate(data.assign, scope, {}) : undefined;
    if (!assigned || !isJsonObject(assigned.value)) return { output, next };
    this.#checkVariables(assigned.value);
    return { output, next, assigned: assigned.value };
  }

  /** Evaluates and measures: States.DataLimitExceeded above 256 KiB. */
  async evaluate(query: Query | undefined, scope: Scope, fallback: Json): Promise<Payload> {
    return this.measured(payload(query ? await query(scope) : fallback));
  }

  measured(value: Payload, what = this.state.name): Payload {
    const { stats } = this.engine;
    const bytes = byteLength(value.text);
    if (bytes > PAYLOAD_LIMIT) throw tooLarge(what);
    if (bytes > stats.largestPayloadBytes) stats.largestPayloadBytes = bytes;
    return value;
  }

  #checkVariables(assigned: JsonObject): void {
    const all = { ...this.execution.variables, ...assigned };
    if (byteLength(JSON.stringify(all)) > VARIABLES_LIMIT)
      throw new StateError('States.DataLimitExceeded', 'The variables exceed 10 MiB in total.');
  }

  #context(): JsonObject {
    const { execution, state } = this;
    const retried = state.type === 'Task' || state.type === 'Map';
    return {
      Execution: {
        Id: execution.arn,
        Input: execution.input.value,
        StartTime: isoDate(execution.startDate),
        Name: execution.name,
        RoleArn: execution.machine.roleArn,
        RedriveCount: execution.redriveCount,
        ...(execution.redriveDate === undefined
          ? {}
          : { RedriveTime: isoDate(execution.redriveDate) }),
      },
      StateMachine: { Id: execution.machineArn, Name: execution.machineName },
      State: {
        Name: state.name,
        EnteredTime: isoDate(this.#enteredTime),
        ...(retried ? { RetryCount: this.retryCount } : {}),
      },
    };
  }
}
