import type {
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../core/operation.ts';
import { groupFor, invalid, type LogsDeps, onlyKnown, required, streamIn } from './deps.ts';

type Output = Omit<GetLogEventsCommandOutput, '$metadata'>;

/** Source: API Reference, GetLogEvents: up to 10,000 events or 1 MB a page. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;

/** A token is a direction and a place in the stream. */
const TOKEN = /^(?<way>[fb])\/(?<at>\d+)$/;

/**
 * Pages forwards and backwards; at the end of the stream the token that was given comes back
 * (API Reference, nextForwardToken).
 */
export const getLogEvents =
  (deps: LogsDeps): Operation<GetLogEventsCommandInput, Output> =>
  async (call, input) => {
    onlyKnown('GetLogEvents', input, [
      'logGroupName',
      'logStreamName',
      'startFromHead',
      'startTime',
      'endTime',
      'nextToken',
      'limit',
    ]);
    const name = required('logStreamName', input.logStreamName);
    const groupName = required('logGroupName', input.logGroupName);
    const group = groupFor(deps, call, 'logs:GetLogEvents', groupName, name);
    const { limit = MOST_EVENTS, startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
    if (limit < 1 || limit > MOST_EVENTS) throw invalid(`limit must be 1 to ${MOST_EVENTS}`);
    const all = streamIn(group, name).events.filter(
      ({ timestamp }) => timestamp >= startTime && timestamp < endTime,
    );
    const token = input.nextToken === undefined ? undefined : TOKEN.exec(input.nextToken)?.groups;
    if (input.nextToken !== undefined && !token)
      throw invalid('The specified nextToken is invalid.');
    const forward = token ? token['way'] === 'f' : (input.startFromHead ?? false);
    let from = token ? Number(token['at']) : forward ? 0 : all.length;
    let to = from;
    const fits = (size: number, i: number) =>
      size + Buffer.byteLength(all[i]?.message ?? '') <= MOST_BYTES;
    let size = 0;
    if (forward)
      while (to < all.length && to - from < limit && (to === from || fits(size, to)))
        size += Buffer.byteLength(all[to++]?.message ?? '');
    else
      while (from > 0 && to - from < limit && (to === from || fits(size, from - 1)))
        size += Buffer.byteLength(all[--from]?.message ?? '');
    return {
      events: all.slice(from, to).map(({ timestamp, ingestedAt, message }) => ({
        timestamp,
        ingestionTime: ingestedAt,
        message,
      })),
      nextForwardToken: `f/${to}`,
      nextBackwardToken: `b/${from}`,
    };
  };
