import type {
  AutomationExecutionFilter,
  DescribeAutomationExecutionsRequest,
  DescribeAutomationExecutionsResult,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { AwsError, type Operation } from '../../../core/operation.ts';
import { placeOf } from '../deps.ts';
import { page, type Positioned } from '../paging.ts';
import { lengthWithin, numberWithin, onlyKnown } from '../validation.ts';
import type { AutomationDeps } from './deps.ts';
import { type Run, showMetadata } from './execution.ts';

type Test = (run: Run, value: string) => boolean;
const FILTERS: Readonly<Record<string, Test>> = {
  DocumentNamePrefix: (run, value) => run.documentName.startsWith(value),
  ExecutionId: (run, value) => run.id === value,
  ExecutionStatus: (run, value) => run.status === value,
  StartTimeAfter: (run, value) => run.requestedAt >= timeOf(value),
  StartTimeBefore: (run, value) => run.requestedAt < timeOf(value),
};

export const describeAutomationExecutions =
  ({
    authorize,
    runs,
    clock,
  }: AutomationDeps): Operation<
    DescribeAutomationExecutionsRequest,
    DescribeAutomationExecutionsResult
  > =>
  async (call, input) => {
    authorize(call, { action: 'ssm:DescribeAutomationExecutions', resource: '*' });
    onlyKnown('DescribeAutomationExecutions', input, ['Filters', 'MaxResults', 'NextToken']);
    const { Filters, MaxResults, NextToken } = input;
    numberWithin('maxResults', MaxResults, [1, 50]);
    const passes = filterOf(Filters);
    const place = placeOf(call);

    function* newest(after = Number.POSITIVE_INFINITY): Iterable<Positioned<Run, number>> {
      for (const run of runs.of(place).toReversed())
        if (run.order < after && run.visibleAt <= clock.now() && passes(run))
          yield [run, run.order];
    }
    const { items, nextToken } = page(
      {
        size: MaxResults ?? 50,
        token: NextToken,
        query: ['DescribeAutomationExecutions', place, Filters],
        badToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
      },
      newest,
      z.number(),
    );
    return {
      AutomationExecutionMetadataList: items.map(showMetadata),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  };

function filterOf(
  filters: readonly AutomationExecutionFilter[] | undefined,
): (run: Run) => boolean {
  lengthWithin('filters', filters, [1, 10]);
  const tests = (filters ?? []).map(({ Key = '', Values = [] }) => {
    const test = FILTERS[Key];
    if (!test)
      throw new AwsError('InvalidFilterKey', `The embedded AWS does not implement filter ${Key}`);
    lengthWithin('filters', Values, [1, 10]);
    return (run: Run) => Values.some((value) => test(run, value));
  });
  return (run) => tests.every((test) => test(run));
}

function timeOf(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time))
    throw new AwsError('InvalidFilterValue', `${value} is no time as in 2024-01-31T08:00:00Z`);
  return time;
}
