import type { HistoryEventType } from '@aws-sdk/client-sfn';
import { sleep } from '../core/clock.ts';
import { performChoice } from './choice.ts';
import { type Engine, endExecution } from './engine.ts';
import type { Execution } from './execution.ts';
import { ERRORS, EvaluationFailure, HistoryFull, StateError } from './failure.ts';
import { performFail } from './fail.ts';
import type { State } from './flow.ts';
import { Frame, type Outcome } from './frame.ts';
import { HISTORY_LIMIT } from './history.ts';
import type { Json } from './json.ts';
import { performMap } from './map.ts';
import { catcherFor, Retries } from './retry.ts';
import { performTask } from './task.ts';
import { performWait } from './wait.ts';

/** Runs an execution from its position until it is over, one state after the other. Never rejects. */
export async function runExecution(
  engine: Engine,
  execution: Execution,
  redriven: boolean,
): Promise<void> {
  const { signal } = execution.attempt;
  let resumed = redriven;
  try {
    while (!signal.aborted) {
      await step(engine, execution, resumed);
      resumed = false;
    }
  } catch (error) {
    // Stopped or timed out: whoever aborted the attempt has ended the execution.
    if (!signal.aborted) endExecution(engine, execution, { status: 'FAILED', ...reasonOf(error) });
  }
}

function reasonOf(error: unknown): { error: string | undefined; cause: string | undefined } {
  if (error instanceof StateError) return { error: error.error, cause: error.reason };
  if (error instanceof HistoryFull)
    return {
      error: ERRORS.runtime,
      cause: `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`,
    };
  // A defect of the interpreter; nothing in a definition can catch it.
  return { error: ERRORS.runtime, cause: error instanceof Error ? error.message : String(error) };
}

async function step(engine: Engine, execution: Execution, resumed: boolean): Promise<void> {
  const { position, flow } = execution;
  const state = flow.states.get(position.state);
  if (!state) throw new StateError(ERRORS.runtime, `There is no state '${position.state}'`);
  engine.stats.transitions++;
  const frame = enter(engine, execution, state, resumed);
  const outcome = await withHandlers(frame, resumed);
  leave(frame, outcome);
}

/** A redriven state is not entered again: its first entry has no exit yet, and that is where AWS resumes. */
function enter(engine: Engine, execution: Execution, state: State, resumed: boolean): Frame {
  const { position } = execution;
  if (resumed && position.entered) return new Frame(engine, execution, state, position.entered);
  const eventId = execution.history.add(ENTERED[state.type], {
    stateEnteredEventDetails: {
      name: state.name,
      input: position.input.text,
      inputDetails: { truncated: false },
    },
  });
  const entered = { eventId, time: engine.clock.now() };
  execution.position = { ...position, entered };
  return new Frame(engine, execution, state, entered);
}

function leave(frame: Frame, outcome: Outcome): void {
  const { engine, execution, state } = frame;
  const { output, assigned, next } = outcome;
  frame.record(exitedEvent(state.type), {
    stateExitedEventDetails: {
      name: state.name,
      output: output.text,
      outputDetails: { truncated: false },
      ...(assigned
        ? { assignedVariables: texts(assigned), assignedVariablesDetails: { truncated: false } }
        : {}),
    },
  });
  if (assigned) execution.variables = { ...execution.variables, ...assigned };
  delete execution.currentMapRun;
  if (next === undefined) return endExecution(engine, execution, { status: 'SUCCEEDED', output });
  execution.position = { state: next, input: output };
}

const texts = (values: Readonly<Record<string, Json>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));

/** Retry and Catch. The counts of the retriers begin anew whenever the state is entered or redriven. */
async function withHandlers(frame: Frame, resumed: boolean): Promise<Outcome> {
  const { engine, signal, state } = frame;
  const guarded = 'retry' in state ? state : undefined;
  const retries = new Retries(guarded?.retry ?? []);
  for (;;) {
    try {
      return await perform(frame, resumed);
    } catch (error) {
      const failure = asStateError(frame, error);
      const delay = retries.next(failure, engine.random);
      if (delay !== undefined) {
        await sleep(engine.clock, delay, signal);
        frame.retryCount++;
        engine.stats.transitions++;
        resumed = false;
        continue;
      }
      if (state.type === 'Map') frame.record('MapStateFailed');
      const catcher = catcherFor(guarded?.catch ?? [], failure);
      if (!catcher) throw failure;
      const errorOutput = { Error: failure.error ?? '', Cause: failure.reason ?? '' };
      try {
        const scope = frame.scope({ errorOutput });
        return await frame.conclude(catcher, scope, errorOutput, catcher.next);
      } catch (second) {
        throw asStateError(frame, second);
      }
    }
  }
}

/** Anything but a state's error (the end of the attempt, a full history, a defect) passes through. */
function asStateError(frame: Frame, error: unknown): StateError {
  if (frame.signal.aborted) throw frame.signal.reason;
  if (error instanceof StateError) return error;
  if (!(error instanceof EvaluationFailure)) throw error;
  const { name } = frame.state;
  const cause = `An error occurred while executing the state '${name}' (entered at the event id #${frame.eventId}). ${error.message}`;
  frame.record('EvaluationFailed', {
    evaluationFailedEventDetails: {
      error: ERRORS.query,
      cause,
      location: error.field,
      state: name,
    },
  });
  return new StateError(ERRORS.query, cause);
}

function perform(frame: Frame, resumed: boolean): Promise<Outcome> {
  const { state, input } = frame;
  switch (state.type) {
    case 'Pass':
      return frame.conclude(state, frame.scope(), input.value, state.next);
    case 'Succeed':
      return frame.conclude(state, frame.scope(), input.value, undefined);
    case 'Choice':
      return performChoice(frame, state);
    case 'Wait':
      return performWait(frame, state);
    case 'Fail':
      return performFail(frame, state);
    case 'Task':
      return performTask(frame, state);
    default:
      return performMap(frame, state, resumed);
  }
}

const ENTERED: Readonly<Record<State['type'], HistoryEventType>> = {
  Task: 'TaskStateEntered',
  Pass: 'PassStateEntered',
  Choice: 'ChoiceStateEntered',
  Wait: 'WaitStateEntered',
  Succeed: 'SucceedStateEntered',
  Fail: 'FailStateEntered',
  Map: 'MapStateEntered',
};

const EXITED: Readonly<Partial<Record<State['type'], HistoryEventType>>> = {
  Task: 'TaskStateExited',
  Pass: 'PassStateExited',
  Choice: 'ChoiceStateExited',
  Wait: 'WaitStateExited',
  Succeed: 'SucceedStateExited',
  Map: 'MapStateExited',
};

function exitedEvent(type: State['type']): HistoryEventType {
  const event = EXITED[type];
  if (!event) throw new StateError(ERRORS.runtime, `A ${type} state is never left`);
  return event;
}
