import type { TaskIdentity } from '../core/tasks.ts';
import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import type { Flow } from './flow.ts';
import type { History } from './history.ts';
import type { JsonObject, Payload } from './json.ts';
import type { MapRun } from './mapRun.ts';

/** A state machine as it was when an execution started: a later definition does not touch it (nor its redrives). */
export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly region: string;
  readonly account: string;
  readonly definition: string;
  readonly flow: Flow;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

/** Where an execution is: enough to go on from there after a redrive. */
export interface Position {
  readonly state: string;
  readonly input: Payload;
  /** Set once the state has been entered. */
  readonly entered?: { readonly eventId: number; readonly time: number };
}

/** One execution, of a state machine or of a map's item processor. Times are milliseconds since the epoch. */
export interface Execution {
  /** Counts all executions; lists are ordered by it. */
  readonly order: number;
  readonly arn: string;
  readonly name: string;
  readonly machine: Machine;
  /** The machine's ARN; with `/<label>` for the children of a map. */
  readonly machineArn: string;
  readonly machineName: string;
  readonly flow: Flow;
  readonly input: Payload;
  readonly startDate: number;
  readonly history: History;
  /** The map run that started it; absent for what StartExecution started. */
  readonly parent?: MapRun;
  readonly mapRuns: MapRun[];
  readonly redriveTokens: Map<string, number>;
  status: ExecutionStatus;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount: number;
  redriveDate?: number;
  variables: JsonObject;
  position: Position;
  /** Map run of the map state it is in; a redrive goes on with it. */
  currentMapRun?: MapRun;
  /** Aborted when this attempt ends, however it ends; a redrive gets a new one. */
  attempt: AbortController;
  /** Called after the end of every attempt. */
  ended?: (execution: Execution) => void;
}

export const isOver = (execution: Execution): boolean => execution.status !== 'RUNNING';

/** As whom the tasks of an execution act. */
export const identityOf = ({ machine, arn }: Execution): TaskIdentity => ({
  roleArn: machine.roleArn,
  region: machine.region,
  executionArn: arn,
});
