/**
 * How an execution of a runbook ended. Source: aws-sdk AutomationExecutionStatus; User Guide, "Understanding
 * Automation statuses". A status that is not here is one in which it goes on, waiting for an approval too.
 */
import type { Outcome } from './outcomes.ts';

const ENDED: Readonly<Record<string, readonly [outcome: Outcome, meaning: string]>> = {
  Success: ['succeeded', ''],
  CompletedWithSuccess: ['succeeded', ''],
  Failed: ['failed', 'the runbook failed'],
  CompletedWithFailure: ['failed', 'the runbook completed with a failure'],
  TimedOut: ['timedOut', 'a step of the runbook, or an approval, timed out'],
  Cancelled: ['cancelled', 'the execution was stopped'],
  Rejected: ['failed', 'an approver rejected it'],
  ChangeCalendarOverrideRejected: ['failed', 'the change calendar is closed'],
  // Nothing says whether its work was done.
  Exited: ['unknown', 'the execution exited'],
};

export const hasEnded = (status: string): boolean => Object.hasOwn(ENDED, status);

/** `unknown` while it goes on. */
export const outcomeOfExecution = (status: string): Outcome => ENDED[status]?.[0] ?? 'unknown';
export const meaningOf = (status: string): string => ENDED[status]?.[1] ?? '';

const WAITING: ReadonlySet<string> = new Set([
  'Waiting',
  'PendingApproval',
  'PendingChangeCalendarOverride',
]);
/** For a person, or for somebody's signal. */
export const isWaiting = (status: string): boolean => WAITING.has(status);
