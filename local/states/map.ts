import { dispatch } from './dispatch.ts';
import { setDeadlines } from './deadline.ts';
import { ERRORS, EvaluationFailure, StateError } from './failure.ts';
import type { MapState } from './flow.ts';
import type { Frame, Outcome } from './frame.ts';
import { type Payload, payload } from './json.ts';
import { type ItemSource, itemSource, readItems } from './mapItems.ts';
import { outputsOf, type Writer, writeResults } from './mapResults.ts';
import { createMapRun, type MapItem, type MapLimits, type MapRun } from './mapRun.ts';
import { asFailure } from './task.ts';
import { identityOf } from './execution.ts';

/** Redrives of one map run (developer guide, redriving map runs). */
const MOST_REDRIVES = 1000;

/**
 * Starts a map run and waits for it: over all items, also on a retry. Only a redrive goes on with the run that failed.
 */
export async function performMap(
  frame: Frame,
  state: MapState,
  resumed: boolean,
): Promise<Outcome> {
  const deadlines = setDeadlines(frame.engine.clock, frame.signal, {});
  try {
    const previous = resumed ? frame.execution.currentMapRun : undefined;
    // It may still be aborting children or writing results when its parent is redriven.
    if (previous) await deadlines.race(previous.outcome.catch(() => undefined));
    const run =
      previous && isRedrivable(previous)
        ? await redriveRun(frame, state, previous)
        : await startRun(frame, state);
    const result = await deadlines.race(run.outcome).catch((error: unknown) => {
      throw recordFailure(frame, error);
    });
    frame.record('MapRunSucceeded');
    frame.record('MapStateSucceeded');
    const scope = frame.scope({ result: result.value });
    return await frame.conclude(state, scope, result.value, state.next);
  } finally {
    deadlines.clear();
  }
}

async function startRun(frame: Frame, state: MapState): Promise<MapRun> {
  const limits = await limitsOf(frame, state);
  const source = await itemSource(frame, state);
  const writer = await writerOf(frame, state);
  // The length is not known before the object has been read; AWS says 0 then.
  const length = 'items' in source ? source.items.length : 0;
  frame.record('MapStateStarted', { mapStateStartedEventDetails: { length } });
  const { engine, execution } = frame;
  engine.tasks.mayStartChildren(execution.machineArn, false, identityOf(execution));
  const run = createMapRun(frame.engine, frame.execution, state.label, limits);
  frame.record('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: run.arn } });
  conductInBackground(frame, state, run, writer, source);
  return run;
}

async function redriveRun(frame: Frame, state: MapState, run: MapRun): Promise<MapRun> {
  if (run.redriveCount >= MOST_REDRIVES)
    throw new StateError(ERRORS.runtime, `${run.arn} has been redriven ${MOST_REDRIVES} times`);
  const writer = await writerOf(frame, state);
  // Asked of the children, whose ARN has the map's label (developer guide, "IAM policies for using
  // Distributed Map states").
  const children = `${run.machineArn.replace(':stateMachine:', ':execution:')}:*`;
  frame.engine.tasks.mayStartChildren(children, true, identityOf(frame.execution));
  run.redriveCount++;
  run.redriveDate = frame.engine.clock.now();
  run.status = 'RUNNING';
  delete run.stopDate;
  delete run.failure;
  frame.record('MapRunRedriven', {
    mapRunRedrivenEventDetails: { mapRunArn: run.arn, redriveCount: run.redriveCount },
  });
  conductInBackground(frame, state, run, writer);
  return run;
}

/** A run whose items were never read, or that failed for its size or a query, is started anew (same guide). */
function isRedrivable(run: MapRun): boolean {
  const anew: readonly (string | undefined)[] = [ERRORS.dataLimit, ERRORS.runtime, ERRORS.query];
  return run.items !== undefined && run.status !== 'SUCCEEDED' && !anew.includes(run.failure);
}

/** The run lives on when its parent is stopped: it then aborts its children and still writes its results. */
function conductInBackground(
  frame: Frame,
  state: MapState,
  run: MapRun,
  writer: Writer | undefined,
  source?: ItemSource,
): void {
  run.outcome = conduct(frame, state, run, writer, source);
  run.outcome.catch(() => undefined);
}

async function conduct(
  frame: Frame,
  state: MapState,
  run: MapRun,
  writer: Writer | undefined,
  source: ItemSource | undefined,
): Promise<Payload> {
  const { engine } = frame;
  try {
    if (source) run.items = await readItems(frame, state, source);
    const items = run.items ?? [];
    const reported = new Set<MapItem>(items.filter(({ child }) => child?.status === 'SUCCEEDED'));
    const verdict = await dispatch(engine, run, state, frame.signal);
    const written = writer && (await writeResults(engine, run, writer, reported));
    if (verdict === 'EXCEEDED')
      throw new StateError(
        ERRORS.threshold,
        'The specified tolerated failure threshold was exceeded',
      );
    if (verdict === 'ABORTED') throw new StateError(undefined, 'The map run was aborted');
    const result = frame.measured(payload(written ?? outputsOf(items)));
    run.status = 'SUCCEEDED';
    return result;
  } catch (error) {
    run.status = frame.signal.aborted ? 'ABORTED' : 'FAILED';
    run.failure =
      error instanceof EvaluationFailure ? ERRORS.query : (asFailure(error).error ?? '');
    throw error;
  } finally {
    run.stopDate = engine.clock.now();
  }
}

function recordFailure(frame: Frame, error: unknown): unknown {
  frame.signal.throwIfAborted();
  const why =
    error instanceof EvaluationFailure
      ? { error: ERRORS.query, cause: error.message }
      : { error: asFailure(error).error, cause: asFailure(error).reason };
  frame.record('MapRunFailed', { mapRunFailedEventDetails: why });
  return error;
}

function whole(field: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= 0))
    throw new EvaluationFailure(
      field,
      `The ${field} field must be a non-negative integer but was: ${value}`,
    );
}

async function limitsOf(frame: Frame, state: MapState): Promise<MapLimits> {
  const scope = frame.scope();
  const toleratedCount = await state.toleratedCount?.(scope);
  const toleratedPercentage = await state.toleratedPercentage?.(scope);
  const maxConcurrency = (await state.maxConcurrency?.(scope)) ?? 0;
  whole('MaxConcurrency', maxConcurrency);
  whole('ToleratedFailureCount', toleratedCount);
  if (
    toleratedPercentage !== undefined &&
    !(toleratedPercentage >= 0 && toleratedPercentage <= 100)
  )
    throw new EvaluationFailure(
      'ToleratedFailurePercentage',
      `The ToleratedFailurePercentage field must be between 0 and 100 but was: ${toleratedPercentage}`,
    );
  return {
    maxConcurrency,
    ...(toleratedCount === undefined ? {} : { toleratedCount }),
    ...(toleratedPercentage === undefined ? {} : { toleratedPercentage }),
  };
}

async function writerOf(frame: Frame, state: MapState): Promise<Writer | undefined> {
  if (!state.writer) return undefined;
  const scope = frame.scope();
  return {
    ...state.writer,
    bucket: await state.writer.bucket(scope),
    prefix: await state.writer.prefix(scope),
  };
}
