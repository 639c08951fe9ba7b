import type {
  GetAutomationExecutionRequest,
  GetAutomationExecutionResult,
} from '@aws-sdk/client-ssm';
import { AwsError, type Call, type Operation } from '../../../core/operation.ts';
import { placeOf } from '../deps.ts';
import { lengthWithin, onlyKnown, required } from '../validation.ts';
import type { AutomationDeps } from './deps.ts';
import { type Run, showRun } from './execution.ts';
import { executionArn } from './startAutomationExecution.ts';

export const getAutomationExecution =
  (deps: AutomationDeps): Operation<GetAutomationExecutionRequest, GetAutomationExecutionResult> =>
  async (call, input) => {
    onlyKnown('GetAutomationExecution', input, ['AutomationExecutionId']);
    const id = idOf(input.AutomationExecutionId);
    deps.authorize(call, {
      action: 'ssm:GetAutomationExecution',
      resource: executionArn(call, id),
    });
    return { AutomationExecution: showRun(existing(deps, call, id)) };
  };

export function idOf(value: string | undefined): string {
  const id = required('automationExecutionId', value);
  lengthWithin('automationExecutionId', id, [36, 36]);
  return id;
}

export function existing({ runs, clock }: AutomationDeps, call: Call, id: string): Run {
  const run = runs.find(placeOf(call), id, clock.now());
  if (run) return run;
  throw new AwsError(
    'AutomationExecutionNotFoundException',
    `The automation execution ${id} doesn't exist`,
  );
}
