import { TaskFailure } from '../core/tasks.ts';
import { type Deadlines, setDeadlines } from './deadline.ts';
import type { Scope } from './expression.ts';
import { ERRORS, EvaluationFailure, HistoryFull, StateError } from './failure.ts';
import type { TaskState, Typed } from './flow.ts';
import type { Frame, Outcome } from './frame.ts';
import { type Json, type JsonObject, type Payload, payload, throughJson } from './json.ts';
import type { Token } from './tokens.ts';
import { identityOf } from './execution.ts';

/** How events name a resource: `arn:aws:states:::aws-sdk:ssm:x` is `x` of `aws-sdk:ssm`. */
interface Kind {
  readonly resource: string;
  readonly resourceType: string;
}

/** One attempt at a task; every attempt has its own token, its own limits and its own events. */
export async function performTask(frame: Frame, state: TaskState): Promise<Outcome> {
  const { engine, execution } = frame;
  const limits = { beat: () => undefined as void };
  const token = state.waitForToken
    ? engine.tokens.open(execution.machine.arn, () => limits.beat())
    : undefined;
  const context: JsonObject = token ? { Task: { Token: token.text } } : {};
  try {
    const scope = frame.scope({}, context);
    const args = await frame.evaluate(state.arguments, scope, null);
    const timeout = await seconds(state.timeout, scope, 'TimeoutSeconds');
    const heartbeat = await seconds(state.heartbeat, scope, 'HeartbeatSeconds');
    const kind = kindOf(state);
    frame.record('TaskScheduled', {
      taskScheduledEventDetails: {
        ...kind,
        region: execution.machine.region,
        parameters: args.text,
        ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
        ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
      },
    });
    frame.record('TaskStarted', { taskStartedEventDetails: kind });
    const deadlines = setDeadlines(engine.clock, frame.signal, {
      ...(timeout === undefined ? {} : { timeout: timeout * 1000 }),
      ...(heartbeat === undefined ? {} : { heartbeat: heartbeat * 1000 }),
    });
    limits.beat = () => deadlines.beat();
    const result = await attempt(frame, state, kind, args, deadlines, token);
    frame.record('TaskSucceeded', {
      taskSucceededEventDetails: {
        ...kind,
        output: result.text,
        outputDetails: { truncated: false },
      },
    });
    const after = frame.scope({ result: result.value }, context);
    return await frame.conclude(state, after, result.value, state.next);
  } finally {
    token?.close();
  }
}

/** Runs the task and records how it failed, if it did. */
async function attempt(
  frame: Frame,
  state: TaskState,
  kind: Kind,
  args: Payload,
  deadlines: Deadlines,
  token: Token | undefined,
): Promise<Payload> {
  try {
    const answer = await call(frame, state, args.value, deadlines);
    if (!token) return frame.measured(answer, kind.resourceType);
    frame.record('TaskSubmitted', {
      taskSubmittedEventDetails: {
        ...kind,
        output: answer.text,
        outputDetails: { truncated: false },
      },
    });
    return frame.measured(payload(await deadlines.race(token.result)), kind.resourceType);
  } catch (error) {
    frame.signal.throwIfAborted();
    if (error instanceof HistoryFull) throw error;
    const failure = asFailure(error);
    const details = { ...kind, error: failure.error, cause: failure.reason };
    if (failure.error === ERRORS.timeout && failure === deadlines.signal.reason)
      frame.record('TaskTimedOut', { taskTimedOutEventDetails: details });
    else frame.record('TaskFailed', { taskFailedEventDetails: details });
    throw failure;
  } finally {
    deadlines.clear();
  }
}

/** Virtual time stands still during the call, and no longer than anybody waits for it. */
async function call(
  frame: Frame,
  state: TaskState,
  args: Json,
  deadlines: Deadlines,
): Promise<Payload> {
  const { engine, execution } = frame;
  const release = engine.clock.hold();
  try {
    const as = identityOf(execution);
    const run = async () => engine.tasks.run(state.resource, args, as, deadlines.signal);
    return payload(throughJson(await deadlines.race(run())));
  } finally {
    release();
  }
}

export function asFailure(error: unknown): StateError {
  if (error instanceof StateError) return error;
  if (error instanceof TaskFailure) return new StateError(error.error, error.message);
  // The runner promises TaskFailure; anything else is reported as a failed task instead of ending the process.
  return new StateError(
    ERRORS.taskFailed,
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  );
}

function kindOf(state: TaskState): Kind {
  const parts = state.resource.replace(/^.*:::/, '').split(':');
  const action = parts.at(-1) ?? '';
  return {
    resource: state.waitForToken ? `${action}.waitForTaskToken` : action,
    resourceType: parts.slice(0, -1).join(':'),
  };
}

async function seconds(
  query: Typed<number> | undefined,
  scope: Scope,
  field: string,
): Promise<number | undefined> {
  const value = await query?.(scope);
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= 99_999_999))
    return value;
  throw new EvaluationFailure(
    field,
    `The ${field} field must be an integer between 1 and 99999999 but was: ${value}`,
  );
}
