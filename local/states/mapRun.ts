import type { MapRunStatus } from '@aws-sdk/client-sfn';
import type { Engine } from './engine.ts';
import type { Execution } from './execution.ts';
import type { Payload } from './json.ts';
import type { ResultFiles } from './mapResults.ts';

/** An item and the execution it has been given to. */
export interface MapItem {
  readonly input: Payload;
  child?: Execution;
}

/** One run of a Distributed Map state over its items. Times are milliseconds since the epoch. */
export interface MapRun {
  readonly order: number;
  readonly arn: string;
  readonly id: string;
  readonly execution: Execution;
  /** What its children are executions of: `…:stateMachine:<machine>/<label>`. */
  readonly machineArn: string;
  readonly machineName: string;
  readonly limits: MapLimits;
  readonly startDate: number;
  readonly files: ResultFiles;
  /** Absent until they have been read. */
  items?: readonly MapItem[];
  status: MapRunStatus;
  stopDate?: number;
  redriveCount: number;
  redriveDate?: number;
  resultsWritten: number;
  /** Name of the error that it failed with. */
  failure?: string;
  /** The state's result; settles when children, results and all are done with, also after the parent has ended. */
  outcome: Promise<Payload>;
}

export interface MapLimits {
  /** 0: as many as AWS allows. */
  readonly maxConcurrency: number;
  readonly toleratedCount?: number;
  readonly toleratedPercentage?: number;
}

export function createMapRun(
  engine: Engine,
  execution: Execution,
  label: string,
  limits: MapLimits,
): MapRun {
  const { machine } = execution;
  const id = engine.newId();
  const machineName = `${machine.name}/${label}`;
  const run: MapRun = {
    order: engine.store.nextOrder(),
    arn: `${machine.arn.replace(/:stateMachine:.*$/, '')}:mapRun:${machineName}:${id}`,
    id,
    execution,
    machineArn: `${machine.arn}/${label}`,
    machineName,
    limits,
    startDate: engine.clock.now(),
    files: { SUCCEEDED: [], FAILED: [], PENDING: [] },
    status: 'RUNNING',
    redriveCount: 0,
    resultsWritten: 0,
    outcome: new Promise(() => undefined),
  };
  engine.store.mapRuns.set(run.arn, run);
  execution.mapRuns.push(run);
  execution.currentMapRun = run;
  return run;
}

export type Counts = Readonly<
  Record<'pending' | 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted' | 'total', number>
>;

const COUNTED = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'pending',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;

export function countChildren(run: MapRun): Counts {
  const items = run.items ?? [];
  const counts = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
  for (const { child } of items) counts[child ? COUNTED[child.status] : 'pending']++;
  return { ...counts, total: items.length };
}

/** Whether failures are more than tolerated: either threshold counts, and without one no failure is tolerated. */
export function exceedsTolerance(limits: MapLimits, failed: number, total: number): boolean {
  const { toleratedCount, toleratedPercentage } = limits;
  if (toleratedCount === undefined && toleratedPercentage === undefined) return failed > 0;
  if (toleratedCount !== undefined && failed > toleratedCount) return true;
  return toleratedPercentage !== undefined && (failed / total) * 100 > toleratedPercentage;
}
