import type {
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../core/operation.ts';
import { arnOf, type LogsDeps, onlyKnown, placeOf } from './deps.ts';
import { pageOf } from './page.ts';

type Output = Omit<DescribeLogGroupsCommandOutput, '$metadata'>;

export const describeLogGroups =
  (deps: LogsDeps): Operation<DescribeLogGroupsCommandInput, Output> =>
  async (call, input) => {
    onlyKnown('DescribeLogGroups', input, ['logGroupNamePrefix', 'nextToken', 'limit']);
    const place = placeOf(call);
    deps.authorize(call, { action: 'logs:DescribeLogGroups', resource: arnOf(place, '') });
    const { logGroupNamePrefix: prefix = '' } = input;
    const all = deps.store.groups(place).filter(({ name }) => name.startsWith(prefix));
    const { items, nextToken } = pageOf(all, input);
    return {
      logGroups: items.map(({ name, arn, createdAt, retentionDays }) => ({
        logGroupName: name,
        arn: `${arn}:*`,
        logGroupArn: arn,
        creationTime: createdAt,
        ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
      })),
      ...(nextToken !== undefined && { nextToken }),
    };
  };
