/**
 * What the service makes of the invocations of a command. Sources: user guide "Understanding command
 * statuses", service model (Command, CommandInvocation).
 */
import type { CommandInvocationStatus, CommandStatus } from '@aws-sdk/client-ssm';
import type { Command, Details } from './command.ts';

/** Status and whether it is final, of every StatusDetails. */
const INVOCATION: Readonly<Record<Details, readonly [CommandInvocationStatus, final: boolean]>> = {
  Pending: ['Pending', false],
  InProgress: ['InProgress', false],
  Delayed: ['Delayed', false],
  Cancelling: ['Cancelling', false],
  Success: ['Success', true],
  Failed: ['Failed', true],
  Cancelled: ['Cancelled', true],
  ExecutionTimedOut: ['TimedOut', true],
  DeliveryTimedOut: ['TimedOut', true],
  Undeliverable: ['Failed', true],
  Terminated: ['Failed', true],
  InvalidPlatform: ['Failed', true],
  AccessDenied: ['Failed', true],
};

export const statusOf = (details: Details): CommandInvocationStatus => INVOCATION[details][0];
export const isFinal = (details: Details): boolean => INVOCATION[details][1];

export interface Counts {
  readonly target: number;
  readonly completed: number;
  /** Failed and ExecutionTimedOut: what counts against MaxErrors. */
  readonly error: number;
  readonly deliveryTimedOut: number;
}

export function countsOf({ invocations, tally }: Command): Counts {
  let completed = 0;
  for (const [details, count] of tally) if (isFinal(details)) completed += count;
  const of = (details: Details) => tally.get(details) ?? 0;
  return {
    target: invocations.size,
    completed,
    error: of('Failed') + of('ExecutionTimedOut'),
    deliveryTimedOut: of('DeliveryTimedOut'),
  };
}

export const isComplete = (command: Command): boolean =>
  command.targetsKnown && countsOf(command).completed === command.invocations.size;

/** MaxErrors and MaxConcurrency: a number, or a percentage of the targets, rounded down. */
export const share = (value: string, targets: number): number =>
  value.endsWith('%') ? Math.floor((Number(value.slice(0, -1)) * targets) / 100) : Number(value);

export interface CommandState {
  readonly status: CommandStatus;
  readonly details: string;
}

/** The first rule that holds decides. */
const ENDS: readonly (readonly [(command: Command) => boolean, CommandStatus, details: string])[] =
  [
    // The command table of the user guide has NoInstancesInTag, its Success row says that a tag that matches
    // nothing can report Success: both.
    [({ invocations }) => invocations.size === 0, 'Success', 'NoInstancesInTag'],
    [({ cancelled }) => cancelled, 'Cancelled', 'Cancelled'],
    [(command) => overBudget(command) && !has(command, 'Failed'), 'TimedOut', 'ExecutionTimedOut'],
    [overBudget, 'Failed', 'Failed'],
    // Whatever else happened: one success and the rest timed out, or four of five undeliverable, is Success.
    [(command) => has(command, 'Success'), 'Success', 'Success'],
    [(command) => only(command, 'AccessDenied'), 'Failed', 'AccessDenied'],
    [(command) => only(command, 'Cancelled'), 'Cancelled', 'Cancelled'],
    [(command) => only(command, 'DeliveryTimedOut'), 'TimedOut', 'DeliveryTimedOut'],
    [() => true, 'Failed', 'Incomplete'],
  ];

export function stateOf(command: Command): CommandState {
  if (isComplete(command)) {
    const end = ENDS.find(([holds]) => holds(command));
    if (end) return { status: end[1], details: end[2] };
  }
  if (command.cancelled) return { status: 'Cancelling', details: 'Cancelling' };
  const pending = command.tally.get('Pending') ?? 0;
  return pending === command.invocations.size
    ? { status: 'Pending', details: 'Pending' }
    : { status: 'InProgress', details: 'InProgress' };
}

const has = ({ tally }: Command, details: Details) => (tally.get(details) ?? 0) > 0;
const only = ({ tally, invocations }: Command, details: Details) =>
  tally.get(details) === invocations.size;

/** The error that goes over the limit is number MaxErrors + 1. */
export function overBudget(command: Command): boolean {
  return countsOf(command).error > share(command.maxErrors, command.invocations.size);
}
