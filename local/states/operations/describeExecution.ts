import type { DescribeExecutionInput, DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { redriveStatus } from '../redrive.ts';
import { allData } from './includedData.ts';
import {
  allowed,
  type Context,
  date,
  findExecution,
  only,
  optionally,
  required,
} from './shared.ts';

export const describeExecution =
  (context: Context): Operation<DescribeExecutionInput, DescribeExecutionOutput> =>
  async (call, input) => {
    only(input, ['executionArn', 'includedData']);
    allData(input.includedData);
    const arn = required('executionArn', input.executionArn);
    allowed(context, call, 'execution', arn);
    const execution = findExecution(context, arn);
    const { status, reason } = redriveStatus(context.engine, execution);
    const { stopDate, output, redriveDate } = execution;
    return {
      executionArn: arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: execution.status,
      startDate: date(execution.startDate),
      ...optionally('stopDate', stopDate === undefined ? undefined : date(stopDate)),
      input: execution.input.text,
      inputDetails: { included: true },
      ...optionally('output', output),
      ...optionally('outputDetails', output === undefined ? undefined : { included: true }),
      ...optionally('mapRunArn', execution.parent?.arn),
      ...optionally('error', execution.error),
      ...optionally('cause', execution.cause),
      redriveCount: execution.redriveCount,
      ...optionally('redriveDate', redriveDate === undefined ? undefined : date(redriveDate)),
      redriveStatus: status,
      ...optionally('redriveStatusReason', reason),
    };
  };
