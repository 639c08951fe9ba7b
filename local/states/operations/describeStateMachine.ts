import type { DescribeStateMachineInput, DescribeStateMachineOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { allData } from './includedData.ts';
import { allowed, type Context, date, findMachine, only, required } from './shared.ts';

export const describeStateMachine =
  (context: Context): Operation<DescribeStateMachineInput, DescribeStateMachineOutput> =>
  async (call, input) => {
    only(input, ['stateMachineArn', 'includedData']);
    allData(input.includedData);
    const arn = required('stateMachineArn', input.stateMachineArn);
    allowed(context, call, 'stateMachine', arn);
    const machine = findMachine(context, arn);
    return {
      stateMachineArn: arn,
      name: machine.name,
      status: 'ACTIVE',
      definition: machine.definition,
      roleArn: machine.roleArn,
      type: 'STANDARD',
      creationDate: date(machine.created),
    };
  };
