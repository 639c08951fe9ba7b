import type {
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../core/operation.ts';
import { groupFor, invalid, type LogsDeps, onlyKnown, required, streamIn } from './deps.ts';

type Output = Omit<PutLogEventsCommandOutput, '$metadata'>;

/** Source: API Reference, PutLogEvents. Each event counts for 26 bytes more than its text. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const OVERHEAD = 26;

export const putLogEvents =
  (deps: LogsDeps): Operation<PutLogEventsCommandInput, Output> =>
  async (call, input) => {
    // Sequence tokens are taken and ignored, as by AWS since 2023.
    onlyKnown('PutLogEvents', input, [
      'logGroupName',
      'logStreamName',
      'logEvents',
      'sequenceToken',
    ]);
    const name = required('logStreamName', input.logStreamName);
    const groupName = required('logGroupName', input.logGroupName);
    const group = groupFor(deps, call, 'logs:PutLogEvents', groupName, name);
    const stream = streamIn(group, name);
    const events = input.logEvents ?? [];
    if (events.length === 0 || events.length > MOST_EVENTS)
      throw invalid(`logEvents must hold 1 to ${MOST_EVENTS} events, not ${events.length}`);
    const size = events.reduce(
      (sum, { message = '' }) => sum + Buffer.byteLength(message) + OVERHEAD,
      0,
    );
    if (size > MOST_BYTES)
      throw invalid(`Upload too large: ${size} bytes exceed limit of ${MOST_BYTES}`);
    const now = deps.clock.now();
    let last = 0;
    for (const { timestamp, message } of events) {
      if (timestamp === undefined || !message)
        throw invalid('an event needs a timestamp and a message');
      if (timestamp < last)
        throw invalid(
          'Log events in a single PutLogEvents request must be in chronological order.',
        );
      last = timestamp;
      stream.events.push({ timestamp, ingestedAt: now, message });
    }
    return { nextSequenceToken: String(stream.events.length) };
  };
