import type { Clock } from '../core/clock.ts';
import type { Authorize, Service } from '../core/operation.ts';
import type { TaskRunner } from '../core/tasks.ts';
import { loadDefinition } from './definition.ts';
import { createEngine } from './engine.ts';
import type { Execution } from './execution.ts';
import { statesService } from './operations/index.ts';

export { DefinitionRefused } from './definition.ts';

export interface StatesDeps {
  readonly clock: Clock;
  readonly tasks: TaskRunner;
  readonly authorize: Authorize;
  /** A UUID, new every time. */
  readonly newId: () => string;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
}

export interface StateMachineProps {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly region: string;
  readonly account: string;
  /** JSON, with no intrinsic function of CloudFormation left in it. */
  readonly definition: string;
}

/** The detail of "Step Functions Execution Status Change"; dates in milliseconds since the epoch, JSON as text. */
export interface StatusChange {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: Execution['status'];
  readonly startDate: number;
  readonly stopDate: number | null;
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
}

export interface States {
  readonly service: Service;
  /** Loads a definition, or replaces one for the executions that start from now on. Throws DefinitionRefused. */
  putStateMachine(props: StateMachineProps): void;
  /** Standard executions without parent only, as on AWS. */
  onStatusChange(listener: (event: StatusChange) => void): void;
  /** Billed state transitions so far, children and retries included. */
  transitions(): number;
  /** Lets go of every execution that runs: nothing of theirs is waited for any more. */
  close(): void;
  stats(): { largestPayloadBytes: number; longestHistory: number };
}

export function createStates(deps: StatesDeps): States {
  const listeners: ((event: StatusChange) => void)[] = [];
  const engine = createEngine(deps, (execution) => {
    const event = statusChange(execution);
    // Apart from the execution: a listener that throws is loud and fails no execution.
    for (const listener of listeners) queueMicrotask(() => listener(event));
  });
  return {
    service: statesService({ engine, authorize: deps.authorize }),
    putStateMachine(props) {
      const flow = loadDefinition(props.definition, {
        machine: props.name,
        expressions: engine.expressions,
        resources: deps.tasks.resources,
      });
      const created = engine.store.machines.get(props.arn)?.created ?? deps.clock.now();
      engine.store.machines.set(props.arn, { ...props, flow, created });
    },
    onStatusChange: (listener) => void listeners.push(listener),
    transitions: () => engine.stats.transitions,
    close() {
      for (const { attempt } of engine.store.executions.values())
        attempt.abort(new Error('the embedded AWS is closed'));
    },
    stats: () => ({
      largestPayloadBytes: engine.stats.largestPayloadBytes,
      longestHistory: engine.stats.longestHistory,
    }),
  };
}

const statusChange = (execution: Execution): StatusChange => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machineArn,
  name: execution.name,
  status: execution.status,
  startDate: execution.startDate,
  stopDate: execution.stopDate ?? null,
  input: execution.input.text,
  output: execution.output ?? null,
  error: execution.error ?? null,
  cause: execution.cause ?? null,
});
