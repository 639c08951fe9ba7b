import type { ListMapRunsInput, ListMapRunsOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { pageOf } from './paging.ts';
import {
  allowed,
  type Context,
  date,
  findExecution,
  only,
  optionally,
  required,
} from './shared.ts';

/** The latest first. */
export const listMapRuns =
  (context: Context): Operation<ListMapRunsInput, ListMapRunsOutput> =>
  async (call, input) => {
    only(input, ['executionArn', 'maxResults', 'nextToken']);
    const arn = required('executionArn', input.executionArn);
    allowed(context, call, 'execution', arn);
    const page = pageOf(findExecution(context, arn).mapRuns, ({ order }) => order, 'down', input);
    const mapRuns = page.items.map((run) => ({
      executionArn: arn,
      mapRunArn: run.arn,
      stateMachineArn: run.machineArn,
      startDate: date(run.startDate),
      ...optionally('stopDate', run.stopDate === undefined ? undefined : date(run.stopDate)),
    }));
    return { mapRuns, ...page.next };
  };
