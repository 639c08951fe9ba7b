import type { ExecutionRedriveStatus } from '@aws-sdk/client-sfn';
import { beginAttempt, type Engine } from './engine.ts';
import { type Execution, isOver } from './execution.ts';
import { HISTORY_LIMIT } from './history.ts';

/** After this an execution can't be redriven any more (developer guide, redriving executions). */
const REDRIVABLE_MS = 14 * 24 * 3600 * 1000;

export interface Redrivability {
  readonly status: ExecutionRedriveStatus;
  /** Why not; texts of the API reference, DescribeExecution. */
  readonly reason?: string;
}

export function redriveStatus(engine: Engine, execution: Execution): Redrivability {
  const reason = reasonAgainst(engine, execution);
  if (reason !== undefined) return { status: 'NOT_REDRIVABLE', reason };
  return { status: execution.parent ? 'REDRIVABLE_BY_MAP_RUN' : 'REDRIVABLE' };
}

function reasonAgainst(engine: Engine, execution: Execution): string | undefined {
  if (!isOver(execution) || execution.status === 'SUCCEEDED')
    return `Execution is ${execution.status} and cannot be redriven`;
  if (execution.history.length >= HISTORY_LIMIT - 1)
    return 'Execution history event limit exceeded';
  if (engine.clock.now() - (execution.stopDate ?? 0) > REDRIVABLE_MS)
    return 'Execution redrivable period exceeded';
  return undefined;
}

/** Goes on from the state in which the execution failed, was stopped or timed out. It has to be redrivable. */
export function redrive(engine: Engine, execution: Execution): void {
  execution.redriveCount++;
  execution.redriveDate = engine.clock.now();
  delete execution.stopDate;
  delete execution.error;
  delete execution.cause;
  execution.attempt = new AbortController();
  execution.history.add('ExecutionRedriven', {
    executionRedrivenEventDetails: { redriveCount: execution.redriveCount },
  });
  beginAttempt(engine, execution, true);
}
