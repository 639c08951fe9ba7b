import type { Timer } from '../core/clock.ts';
import { type Engine, endExecution, startExecution } from './engine.ts';
import { type Execution, isOver } from './execution.ts';
import type { MapState } from './flow.ts';
import { exceedsTolerance, type MapItem, type MapRun } from './mapRun.ts';
import { redrive, redriveStatus } from './redrive.ts';

/** Standard children that a map run starts in a second (developer guide, service quotas: state transitions). */
const STARTS_PER_SECOND = 100;
/** Children of a map run at the same time; a hard limit (same page). */
const MOST_CHILDREN = 10_000;
/**
 * Between the decision to stop a map run and the end of its children. AWS says only that it is asynchronous; the length
 * is ours, long enough that a child may still do something after its parent has been stopped.
 */
export const ABORT_DELAY_MS = 1000;

export type Verdict = 'SUCCEEDED' | 'EXCEEDED' | 'ABORTED';

/** Starts (or redrives) every child that has not succeeded yet and waits for their ends. Never rejects. */
export function dispatch(
  engine: Engine,
  run: MapRun,
  state: MapState,
  attempt: AbortSignal,
): Promise<Verdict> {
  const items = run.items ?? [];
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const concurrency = Math.min(run.limits.maxConcurrency || MOST_CHILDREN, MOST_CHILDREN);
  const queue = items.filter(({ child }) => !child || isRedrivable(engine, child));
  const starts = new StartRate(() => engine.clock.now());
  let next = 0;
  let running = 0;
  let failures = items.filter(({ child }) => child && isLost(engine, child)).length;
  let stopped: Exclude<Verdict, 'SUCCEEDED'> | undefined;
  let timer: Timer | undefined;

  const pump = () => {
    timer = undefined;
    for (;;) {
      const item = queue[next];
      if (stopped || !item || running >= concurrency) break;
      const wait = starts.take();
      if (wait > 0) {
        timer = engine.clock.after(wait, pump);
        return;
      }
      next++;
      running++;
      begin(engine, run, state, item, childEnded);
    }
    if (running === 0 && (stopped || next >= queue.length)) finish();
  };
  const childEnded = (child: Execution) => {
    running--;
    if (child.status !== 'SUCCEEDED') failures++;
    if (exceedsTolerance(run.limits, failures, items.length)) stop('EXCEEDED');
    if (!timer || stopped) pump();
  };
  const stop = (why: Exclude<Verdict, 'SUCCEEDED'>) => {
    if (stopped) return;
    stopped = why;
    timer?.cancel();
    timer = undefined;
    if (running === 0) return;
    engine.clock.after(ABORT_DELAY_MS, () => {
      for (const { child } of items)
        if (child && !isOver(child)) endExecution(engine, child, { status: 'ABORTED' });
    });
  };
  const onAttemptEnd = () => {
    stop('ABORTED');
    if (running === 0) finish();
  };
  const finish = () => {
    attempt.removeEventListener('abort', onAttemptEnd);
    resolve(stopped ?? 'SUCCEEDED');
  };

  attempt.addEventListener('abort', onAttemptEnd, { once: true });
  if (attempt.aborted) onAttemptEnd();
  else if (exceedsTolerance(run.limits, failures, items.length)) stop('EXCEEDED');
  pump();
  return promise;
}

const isRedrivable = (engine: Engine, child: Execution): boolean =>
  redriveStatus(engine, child).status === 'REDRIVABLE_BY_MAP_RUN';

const isLost = (engine: Engine, child: Execution): boolean =>
  child.status !== 'SUCCEEDED' && !isRedrivable(engine, child);

function begin(
  engine: Engine,
  run: MapRun,
  state: MapState,
  item: MapItem,
  ended: (child: Execution) => void,
): void {
  if (item.child) {
    item.child.ended = ended;
    redrive(engine, item.child);
    return;
  }
  item.child = startExecution(engine, {
    machine: run.execution.machine,
    flow: state.processor,
    machineArn: run.machineArn,
    machineName: run.machineName,
    name: engine.newId(),
    input: item.input,
    parent: run,
    ended,
  });
}

/** At most {@link STARTS_PER_SECOND} in any second that begins with a start. */
class StartRate {
  readonly #now: () => number;
  #second = Number.NEGATIVE_INFINITY;
  #started = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes a start and returns 0, or returns the milliseconds to wait for one. */
  take(): number {
    const now = this.#now();
    if (now >= this.#second + 1000) {
      this.#second = now;
      this.#started = 0;
    }
    if (this.#started >= STARTS_PER_SECOND) return this.#second + 1000 - now;
    this.#started++;
    return 0;
  }
}
