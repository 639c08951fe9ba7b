import type { DescribeMapRunInput, DescribeMapRunOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { countChildren } from '../mapRun.ts';
import { allowed, type Context, date, findMapRun, only, optionally, required } from './shared.ts';

export const describeMapRun =
  (context: Context): Operation<DescribeMapRunInput, DescribeMapRunOutput> =>
  async (call, input) => {
    only(input, ['mapRunArn']);
    const arn = required('mapRunArn', input.mapRunArn);
    allowed(context, call, 'mapRun', arn);
    const run = findMapRun(context, arn);
    const { stopDate, redriveDate } = run;
    // Without a batcher an execution carries one item.
    const counts = { ...countChildren(run), resultsWritten: run.resultsWritten };
    return {
      mapRunArn: arn,
      executionArn: run.execution.arn,
      status: run.status,
      startDate: date(run.startDate),
      ...optionally('stopDate', stopDate === undefined ? undefined : date(stopDate)),
      maxConcurrency: run.limits.maxConcurrency,
      toleratedFailurePercentage: run.limits.toleratedPercentage ?? 0,
      toleratedFailureCount: run.limits.toleratedCount ?? 0,
      itemCounts: counts,
      executionCounts: counts,
      redriveCount: run.redriveCount,
      ...optionally('redriveDate', redriveDate === undefined ? undefined : date(redriveDate)),
    };
  };
