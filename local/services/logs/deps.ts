import type { Clock } from '../../core/clock.ts';
import { type Authorize, AwsError, type Call } from '../../core/operation.ts';
import type { LogGroup, LogStore, LogStream, Place } from './store.ts';

export interface LogsDeps {
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly store: LogStore;
}

export const placeOf = (call: Call): Place => ({
  account: call.caller.account,
  region: call.region,
});

export const missing = (what: 'group' | 'stream'): AwsError =>
  new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`);

export const invalid = (message: string): AwsError =>
  new AwsError('InvalidParameterException', message);

/** Refuses by name every parameter that is not in `known`. */
export function onlyKnown(operation: string, input: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !known.includes(name))
      throw invalid(`The embedded AWS does not implement parameter ${name} of logs:${operation}`);
}

export function required(field: string, value: string | undefined): string {
  if (value === undefined || value === '')
    throw invalid(`1 validation error detected: '${field}' must not be empty`);
  return value;
}

/**
 * ARN of a group as policies name it: `…:log-group:<name>:*`; of a stream
 * `…:log-group:<name>:log-stream:<stream>` (Service Authorization Reference, Amazon CloudWatch Logs).
 */
export const arnOf = ({ account, region }: Place, group: string, stream?: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${group}:${stream === undefined ? '*' : `log-stream:${stream}`}`;

/** The group, once the caller may. */
export function groupFor(
  { authorize, store }: LogsDeps,
  call: Call,
  action: string,
  name: string,
  stream?: string,
): LogGroup {
  const place = placeOf(call);
  authorize(call, { action, resource: arnOf(place, name, stream) });
  const group = store.group(place, name);
  if (!group) throw missing('group');
  return group;
}

export function streamIn(group: LogGroup, name: string): LogStream {
  const stream = group.streams.get(name);
  if (!stream) throw missing('stream');
  return stream;
}
