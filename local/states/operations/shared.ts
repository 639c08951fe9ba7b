import { AwsError, type Authorize, type Call } from '../../core/operation.ts';
import type { Engine } from '../engine.ts';
import type { Execution, Machine } from '../execution.ts';
import type { MapRun } from '../mapRun.ts';

/** What every operation has. */
export interface Context {
  readonly engine: Engine;
  readonly authorize: Authorize;
}

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** Refuses by name what is given and not implemented. */
export function only(input: object, fields: readonly string[]): void {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const unknown = given.map(([name]) => name).filter((name) => !fields.includes(name));
  if (unknown.length > 0) throw invalid(`Not supported: ${unknown.join(', ')}`);
}

export function required(name: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw invalid(
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

const ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:(\w+):./;

/** The ARN of a thing of that kind; permission is asked for before it is looked up, as IAM does. */
export function allowed(
  context: Context,
  call: Call,
  kind: 'stateMachine' | 'execution' | 'mapRun',
  arn: string,
  action = call.operation,
): void {
  if (ARN.exec(arn)?.[1] !== kind)
    throw new AwsError(
      'InvalidArn',
      `Invalid Arn: 'Resource type not valid in this context: ${arn}'`,
    );
  context.authorize(call, { action: `states:${action}`, resource: arn });
  // Each Region is a service of its own.
  const region = arn.split(':')[3];
  if (region !== call.region)
    throw new AwsError(
      'InvalidArn',
      `Invalid Arn: 'Region ${region} is not ${call.region}: ${arn}'`,
    );
}

export function findMachine({ engine }: Context, arn: string): Machine {
  const machine = engine.store.machines.get(arn);
  if (machine) return machine;
  throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

export function findExecution({ engine }: Context, arn: string): Execution {
  const execution = engine.store.executions.get(arn);
  if (execution) return execution;
  throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
}

export function findMapRun({ engine }: Context, arn: string): MapRun {
  const run = engine.store.mapRuns.get(arn);
  if (run) return run;
  throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
}

export const date = (time: number): Date => new Date(time);

/** `{[key]: value}`, or nothing where there is no value. */
export const optionally = <K extends string, T>(
  key: K,
  value: T | undefined,
): Partial<Record<K, T>> => {
  const fields: Partial<Record<K, T>> = {};
  if (value !== undefined) fields[key] = value;
  return fields;
};
