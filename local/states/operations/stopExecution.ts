import type { StopExecutionInput, StopExecutionOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { endExecution } from '../engine.ts';
import { allowed, type Context, date, findExecution, only, required } from './shared.ts';

/** The execution ends at once; the children of its map runs are aborted a little later. */
export const stopExecution =
  (context: Context): Operation<StopExecutionInput, StopExecutionOutput> =>
  async (call, input) => {
    only(input, ['executionArn', 'error', 'cause']);
    const arn = required('executionArn', input.executionArn);
    allowed(context, call, 'execution', arn);
    const execution = findExecution(context, arn);
    endExecution(context.engine, execution, {
      status: 'ABORTED',
      error: input.error,
      cause: input.cause,
    });
    return { stopDate: date(execution.stopDate ?? context.engine.clock.now()) };
  };
