import type {
  DescribeAutomationStepExecutionsRequest,
  DescribeAutomationStepExecutionsResult,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { AwsError, type Operation } from '../../../core/operation.ts';
import { page, type Positioned } from '../paging.ts';
import { numberWithin, onlyKnown } from '../validation.ts';
import type { AutomationDeps } from './deps.ts';
import { showStep, type StepRun } from './execution.ts';
import { existing, idOf } from './getAutomationExecution.ts';

const KNOWN = ['AutomationExecutionId', 'MaxResults', 'NextToken'];

export const describeAutomationStepExecutions =
  (
    deps: AutomationDeps,
  ): Operation<DescribeAutomationStepExecutionsRequest, DescribeAutomationStepExecutionsResult> =>
  async (call, input) => {
    deps.authorize(call, { action: 'ssm:DescribeAutomationStepExecutions', resource: '*' });
    onlyKnown('DescribeAutomationStepExecutions', input, KNOWN);
    const { MaxResults, NextToken } = input;
    numberWithin('maxResults', MaxResults, [1, 50]);
    const { id, steps } = existing(deps, call, idOf(input.AutomationExecutionId));

    function* from(after = -1): Iterable<Positioned<StepRun, number>> {
      for (const [i, step] of steps.entries()) if (i > after) yield [step, i];
    }
    const { items, nextToken } = page(
      {
        size: MaxResults ?? 50,
        token: NextToken,
        query: ['DescribeAutomationStepExecutions', id],
        badToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
      },
      from,
      z.number(),
    );
    return {
      StepExecutions: items.map(showStep),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  };
