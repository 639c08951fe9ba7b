import type { ExecutionStatus, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock, Timer } from '../core/clock.ts';
import type { TaskRunner } from '../core/tasks.ts';
import type { Execution, Machine } from './execution.ts';
import { isOver } from './execution.ts';
import { Executions } from './executions.ts';
import { Expressions } from './expression.ts';
import type { Flow } from './flow.ts';
import { type Details, History } from './history.ts';
import type { Payload } from './json.ts';
import { runExecution } from './machine.ts';
import type { MapRun } from './mapRun.ts';
import { TaskTokens } from './tokens.ts';

export interface EngineDeps {
  readonly clock: Clock;
  readonly tasks: TaskRunner;
  /** A UUID. */
  readonly newId: () => string;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
}

/** What a running execution has around it. */
export interface Engine extends EngineDeps {
  readonly store: Executions;
  readonly expressions: Expressions;
  readonly tokens: TaskTokens;
  readonly stats: { transitions: number; largestPayloadBytes: number; longestHistory: number };
  /** Called on every change of the status of an execution that is no map's child. */
  readonly statusChanged: (execution: Execution) => void;
}

export const createEngine = (
  deps: EngineDeps,
  statusChanged: (execution: Execution) => void,
): Engine => ({
  clock: deps.clock,
  tasks: deps.tasks,
  newId: deps.newId,
  random: deps.random,
  store: new Executions(),
  expressions: new Expressions(deps),
  tokens: new TaskTokens(deps.newId),
  stats: { transitions: 0, largestPayloadBytes: 0, longestHistory: 0 },
  statusChanged,
});

export interface NewExecution {
  readonly machine: Machine;
  readonly flow: Flow;
  readonly machineArn: string;
  readonly machineName: string;
  readonly name: string;
  readonly input: Payload;
  readonly parent?: MapRun;
  readonly ended?: (execution: Execution) => void;
}

/** Registers an execution and sets it going. */
export function startExecution(engine: Engine, props: NewExecution): Execution {
  const { machine, input, flow } = props;
  const execution: Execution = {
    ...props,
    order: engine.store.nextOrder(),
    arn: `${machine.arn.replace(/:stateMachine:.*$/, '')}:execution:${props.machineName}:${props.name}`,
    startDate: engine.clock.now(),
    history: new History(() => engine.clock.now()),
    mapRuns: [],
    redriveTokens: new Map(),
    status: 'RUNNING',
    redriveCount: 0,
    variables: {},
    position: { state: flow.startAt, input },
    attempt: new AbortController(),
  };
  engine.store.executions.set(execution.arn, execution);
  execution.history.add('ExecutionStarted', {
    executionStartedEventDetails: {
      input: input.text,
      inputDetails: { truncated: false },
      roleArn: machine.roleArn,
    },
  });
  beginAttempt(engine, execution, false);
  return execution;
}

/** Runs an execution from its position until it is over. Never rejects. */
export function beginAttempt(engine: Engine, execution: Execution, redriven: boolean): void {
  execution.status = 'RUNNING';
  limitTime(engine, execution);
  if (!execution.parent) engine.statusChanged(execution);
  void runExecution(engine, execution, redriven);
}

/** A redrive starts the time of a definition's TimeoutSeconds anew (developer guide, redriving executions). */
function limitTime(engine: Engine, execution: Execution): void {
  if (execution.flow.timeout === undefined) return;
  const timer: Timer = engine.clock.after(execution.flow.timeout * 1000, () =>
    endExecution(engine, execution, { status: 'TIMED_OUT', error: 'States.Timeout' }),
  );
  execution.attempt.signal.addEventListener('abort', () => timer.cancel(), { once: true });
}

export interface End {
  readonly status: Exclude<ExecutionStatus, 'RUNNING' | 'PENDING_REDRIVE'>;
  readonly output?: Payload;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** Ends the attempt: the status, the last event, whoever waits for it. Does nothing when it is already over. */
export function endExecution(engine: Engine, execution: Execution, end: End): void {
  if (isOver(execution)) return;
  execution.status = end.status;
  execution.stopDate = engine.clock.now();
  if (end.output) execution.output = end.output.text;
  if (end.error !== undefined) execution.error = end.error;
  if (end.cause !== undefined) execution.cause = end.cause;
  recordEnd(execution, end);
  engine.stats.longestHistory = Math.max(engine.stats.longestHistory, execution.history.length);
  execution.attempt.abort(new Error(`Execution ${execution.arn} is ${end.status}`));
  execution.ended?.(execution);
  if (!execution.parent) engine.statusChanged(execution);
}

const ABORTED: Readonly<Record<string, HistoryEventType>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Map: 'MapStateAborted',
};

function recordEnd(execution: Execution, end: End): void {
  const { history } = execution;
  const why = {
    ...(end.error === undefined ? {} : { error: end.error }),
    ...(end.cause === undefined ? {} : { cause: end.cause }),
  };
  const last: Record<End['status'], () => void> = {
    SUCCEEDED: () =>
      history.end('ExecutionSucceeded', {
        executionSucceededEventDetails: {
          output: end.output?.text,
          outputDetails: { truncated: false },
        },
      }),
    FAILED: () => history.end('ExecutionFailed', { executionFailedEventDetails: why }),
    TIMED_OUT: () => interrupted('ExecutionTimedOut', { executionTimedOutEventDetails: why }),
    ABORTED: () => interrupted('ExecutionAborted', { executionAbortedEventDetails: why }),
  };
  const interrupted = (type: HistoryEventType, details: Details) => {
    const aborted = ABORTED[execution.flow.states.get(execution.position.state)?.type ?? ''];
    if (execution.currentMapRun?.status === 'RUNNING') history.end('MapRunAborted');
    if (aborted && execution.position.entered) history.end(aborted);
    history.end(type, details);
  };
  last[end.status]();
}
