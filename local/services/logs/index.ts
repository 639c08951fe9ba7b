/** CloudWatch Logs, as far as agents write and Collect reads. */
import type { Service } from '../../core/operation.ts';
import { createLogStream } from './createLogStream.ts';
import type { LogsDeps } from './deps.ts';
import { describeLogGroups } from './describeLogGroups.ts';
import { describeLogStreams } from './describeLogStreams.ts';
import { getLogEvents } from './getLogEvents.ts';
import { putLogEvents } from './putLogEvents.ts';

export const logsService = (deps: LogsDeps): Service => ({
  id: 'logs',
  operations: {
    CreateLogStream: createLogStream(deps),
    DescribeLogGroups: describeLogGroups(deps),
    DescribeLogStreams: describeLogStreams(deps),
    GetLogEvents: getLogEvents(deps),
    PutLogEvents: putLogEvents(deps),
  },
});
