import type {
  StopAutomationExecutionRequest,
  StopAutomationExecutionResult,
} from '@aws-sdk/client-ssm';
import { AwsError, type Operation } from '../../../core/operation.ts';
import { invalid, onlyKnown } from '../validation.ts';
import type { AutomationDeps } from './deps.ts';
import { isOver } from './execution.ts';
import { existing, idOf } from './getAutomationExecution.ts';
import { executionArn } from './startAutomationExecution.ts';

export const stopAutomationExecution =
  (
    deps: AutomationDeps,
  ): Operation<StopAutomationExecutionRequest, StopAutomationExecutionResult> =>
  async (call, input) => {
    onlyKnown('StopAutomationExecution', input, ['AutomationExecutionId', 'Type']);
    const id = idOf(input.AutomationExecutionId);
    deps.authorize(call, {
      action: 'ssm:StopAutomationExecution',
      resource: executionArn(call, id),
    });
    if (input.Type !== undefined && input.Type !== 'Cancel')
      throw invalid(`The embedded AWS does not implement Type ${input.Type}`);
    const run = existing(deps, call, id);
    if (isOver(run))
      throw new AwsError(
        'InvalidAutomationStatusUpdateException',
        `The execution ${id} is ${run.status} and cannot be stopped`,
      );
    // The step that runs hears of it at once, and ends as Cancelled.
    run.status = 'Cancelling';
    run.stop.abort(new Error('stopped'));
    return {};
  };
