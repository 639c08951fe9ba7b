import { describe, expect, it } from '@jest/globals';
import {
  addCounts,
  errorsIn,
  isOpen,
  isTerminal,
  type Outcome,
  outcomeOf,
  total,
} from '../../../contract/outcomes.ts';

describe('the outcome of an invocation', () => {
  // aws-sdk: CommandInvocationStatus × the StatusDetails that the user guide lists.
  const PAIRS: readonly [status: string, details: string, outcome: Outcome][] = [
    ['Success', 'Success', 'succeeded'],
    ['Success', '', 'succeeded'],
    ['Failed', 'Failed', 'failed'],
    ['Failed', '', 'failed'],
    ['TimedOut', 'TimedOut', 'timedOut'],
    ['TimedOut', 'ExecutionTimedOut', 'timedOut'],
    ['TimedOut', 'Execution Timed Out', 'timedOut'],
    ['TimedOut', 'DeliveryTimedOut', 'undeliverable'],
    ['TimedOut', 'Delivery Timed Out', 'undeliverable'],
    ['Failed', 'Undeliverable', 'undeliverable'],
    ['Failed', 'Terminated', 'terminated'],
    ['Failed', 'InvalidPlatform', 'invalidPlatform'],
    ['Failed', 'Invalid Platform', 'invalidPlatform'],
    ['Failed', 'AccessDenied', 'denied'],
    ['Failed', 'Access Denied', 'denied'],
    ['Cancelled', 'Cancelled', 'cancelled'],
    ['Canceled', 'Canceled', 'cancelled'],
    ['Failed', 'Incomplete', 'failed'],
    ['Failed', 'RateExceeded', 'undeliverable'],
    ['Failed', 'Rate Exceeded', 'undeliverable'],
    ['Failed', 'LimitExceeded', 'undeliverable'],
    ['Success', 'NoInstancesInTag', 'skipped'],
    ['Failed', 'SomethingNew', 'failed'],
    ['Success', 'SomethingNew', 'unknown'],
    ['Success', 'Failed', 'failed'],
    ['Failed', 'Success', 'failed'],
    ['SomethingNew', 'Success', 'unknown'],
    ['InProgress', 'InProgress', 'unknown'],
    ['Pending', 'Pending', 'unknown'],
    ['Delayed', 'Delayed', 'unknown'],
    ['Cancelling', 'Cancelling', 'unknown'],
    ['', '', 'unknown'],
  ];

  it.each(PAIRS)('%s / %s is %s', (status, details, outcome) => {
    expect(outcomeOf(status, details)).toBe(outcome);
  });

  it('is open or terminal as SSM says, and neither when it says something new', () => {
    expect(['Pending', 'InProgress', 'In Progress', 'Delayed', 'Cancelling'].every(isOpen)).toBe(
      true,
    );
    expect(['Success', 'Failed', 'TimedOut', 'Timed Out', 'Cancelled'].every(isTerminal)).toBe(
      true,
    );
    expect(isOpen('SomethingNew') || isTerminal('SomethingNew')).toBe(false);
  });
});

describe('counts', () => {
  it('add up', () => {
    const sum = addCounts({ succeeded: 2, failed: 1 }, { failed: 3, skipped: 4 }, {});
    expect(sum).toEqual({ succeeded: 2, failed: 4, skipped: 4 });
    expect(total(sum)).toBe(10);
  });

  it('charge the error budget with what went wrong, not with what was not tried', () => {
    expect(errorsIn({ succeeded: 5, skipped: 6, terminated: 7, cancelled: 8 })).toBe(0);
    expect(
      errorsIn({
        failed: 1,
        timedOut: 1,
        undeliverable: 1,
        denied: 1,
        invalidPlatform: 1,
        unknown: 1,
      }),
    ).toBe(6);
  });
});
