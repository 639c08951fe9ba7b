import type {
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../core/operation.ts';
import { groupFor, type LogsDeps, onlyKnown, required } from './deps.ts';
import { pageOf } from './page.ts';

type Output = Omit<DescribeLogStreamsCommandOutput, '$metadata'>;

/** Ordered by name. */
export const describeLogStreams =
  (deps: LogsDeps): Operation<DescribeLogStreamsCommandInput, Output> =>
  async (call, input) => {
    onlyKnown('DescribeLogStreams', input, [
      'logGroupName',
      'logStreamNamePrefix',
      'nextToken',
      'limit',
    ]);
    const groupName = required('logGroupName', input.logGroupName);
    const group = groupFor(deps, call, 'logs:DescribeLogStreams', groupName);
    const { logStreamNamePrefix: prefix = '' } = input;
    const all = [...group.streams.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { items, nextToken } = pageOf(all, input);
    return {
      logStreams: items.map(({ name, createdAt, events }) => ({
        logStreamName: name,
        creationTime: createdAt,
        arn: `${group.arn}:log-stream:${name}`,
        ...(events[0] && {
          firstEventTimestamp: events[0].timestamp,
          lastEventTimestamp: events.at(-1)?.timestamp,
          lastIngestionTime: events.at(-1)?.ingestedAt,
        }),
      })),
      ...(nextToken !== undefined && { nextToken }),
    };
  };
