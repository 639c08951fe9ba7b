/** The filters that ListCommands and ListCommandInvocations share. */
import type { CommandFilter } from '@aws-sdk/client-ssm';
import type { Command } from './command.ts';
import { isComplete } from './status.ts';
import { invalid, lengthWithin, oneOf, required } from './validation.ts';

/** Status and StatusDetails of what is listed. */
export interface Listed {
  readonly command: Command;
  readonly status: string;
  readonly details: string;
}

type Test = (value: string) => (listed: Listed) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  InvokedAfter: (value) => {
    const time = timeOf(value);
    return ({ command }) => command.requestedAt >= time;
  },
  InvokedBefore: (value) => {
    const time = timeOf(value);
    return ({ command }) => command.requestedAt < time;
  },
  // `TimedOut` stands for both kinds; the others may be a status or its details.
  Status:
    (value) =>
    ({ status, details }) =>
      value === status || value === details,
  ExecutionStage: (value) => {
    oneOf('filters.value', value, ['Executing', 'Complete']);
    return ({ command }) => isComplete(command) === (value === 'Complete');
  },
  DocumentName:
    (value) =>
    ({ command }) =>
      command.documentName === value,
};

const MAX_FILTERS = 5;

/** What passes all filters. `keys` and `statuses` are those that the operation knows. */
export function commandFilter(
  filters: readonly CommandFilter[] | undefined,
  known: { readonly keys: readonly string[]; readonly statuses: readonly string[] },
): (listed: Listed) => boolean {
  lengthWithin('filters', filters, [1, MAX_FILTERS]);
  const tests = (filters ?? []).map((filter) => {
    const key = required('filters.key', filter.key);
    const value = required('filters.value', filter.value);
    oneOf('filters.key', key, known.keys);
    if (key === 'Status') oneOf('filters.value', value, known.statuses);
    const test = TESTS[key];
    if (!test) throw invalid(`The embedded AWS does not implement the filter ${key}`);
    return test(value);
  });
  return (listed) => tests.every((test) => test(listed));
}

function timeOf(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw invalid(`'${value}' is no ISO 8601 time`);
  return time;
}
