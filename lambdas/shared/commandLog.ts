/** A node's output in a log group of its account, as its agent puts it there. */
import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { z } from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/problems.ts';

export interface CommandLog {
  /**
   * The events of a stream, from its beginning, page by page; `undefined` when there is no such stream, which is
   * so for an empty output.
   */
  read(group: string, stream: string): AsyncGenerator<readonly LogEvent[], void>;
}

const LogEvent = z.object({ message: z.string(), ingestionTime: z.number() });
export type LogEvent = z.infer<typeof LogEvent>;

/** There is no such stream or group. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ResourceNotFoundException';

export const createCommandLog = (logs: Pick<CloudWatchLogsClient, 'send'>): CommandLog => ({
  async *read(logGroupName, logStreamName) {
    for (let token: string | undefined, first = true; ; first = false) {
      const answer = await logs.send(
        new GetLogEventsCommand({
          logGroupName,
          logStreamName,
          ...(first ? { startFromHead: true } : { nextToken: token }),
        }),
      );
      const page = z.array(LogEvent).safeParse(answer.events ?? []);
      if (!page.success)
        throw new FleetwideError('UnexpectedAnswer', 'logs:GetLogEvents', problemsOf(page.error));
      yield page.data;
      // At the end of the stream the token comes back that was given (API Reference, GetLogEvents).
      if (answer.nextForwardToken === undefined || answer.nextForwardToken === token) return;
      token = answer.nextForwardToken;
    }
  },
});

/** The agent's bound for an event, in bytes: a line that is longer goes on in the next one. */
const WHOLE_EVENT = 200_000;

/**
 * The text of events. The agent puts whole lines into an event, and drops the line break at its end once the
 * file is complete (amazon-ssm-agent cloudwatchlogspublisher); so the last line break is not known, and CRLF
 * arrives as LF.
 */
export async function* textOf(
  pages: AsyncIterable<readonly LogEvent[]>,
  seen: (event: LogEvent) => void,
): AsyncGenerator<Uint8Array, void> {
  let open = false;
  for await (const page of pages)
    for (const event of page) {
      seen(event);
      const bytes = Buffer.from(event.message);
      if (open) yield Buffer.from('\n');
      yield bytes;
      open = !event.message.endsWith('\n') && bytes.length < WHOLE_EVENT;
    }
}
