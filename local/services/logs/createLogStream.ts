import type { CreateLogStreamCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type Operation } from '../../core/operation.ts';
import { groupFor, invalid, type LogsDeps, onlyKnown, required } from './deps.ts';
import { streamOf } from './store.ts';

export const createLogStream =
  (deps: LogsDeps): Operation<CreateLogStreamCommandInput, object> =>
  async (call, input) => {
    onlyKnown('CreateLogStream', input, ['logGroupName', 'logStreamName']);
    const name = required('logStreamName', input.logStreamName);
    // Source: service model, LogStreamName.
    if (!/^[^:*]{1,512}$/.test(name)) throw invalid(`'${name}' is no name of a log stream`);
    const groupName = required('logGroupName', input.logGroupName);
    const group = groupFor(deps, call, 'logs:CreateLogStream', groupName);
    if (group.streams.has(name))
      throw new AwsError(
        'ResourceAlreadyExistsException',
        'The specified log stream already exists',
      );
    streamOf(group, name, deps.clock.now());
    return {};
  };
