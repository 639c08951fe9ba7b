/** Systems Manager Automation: runbooks, their executions and their rates. */
import type { Call, Operation } from '../../../core/operation.ts';
import type { AutomationDeps } from './deps.ts';
import { describeAutomationExecutions } from './describeAutomationExecutions.ts';
import { describeAutomationStepExecutions } from './describeAutomationStepExecutions.ts';
import { getAutomationExecution } from './getAutomationExecution.ts';
import { rates } from './rates.ts';
import { startAutomationExecution } from './startAutomationExecution.ts';
import { stopAutomationExecution } from './stopAutomationExecution.ts';

export type { ApiAnswer, ApiCall, Reach } from './deps.ts';
export { Runbooks } from './runbooks.ts';
export { Runs } from './store.ts';

const limited =
  <I, O>(admit: (call: Call) => void, operation: Operation<I, O>): Operation<I, O> =>
  async (call, input) => {
    admit(call);
    return operation(call, input);
  };

export function automationOperations(deps: AutomationDeps) {
  const { start, get, list, steps } = rates(deps.clock);
  return {
    StartAutomationExecution: limited(start, startAutomationExecution(deps)),
    GetAutomationExecution: limited(get, getAutomationExecution(deps)),
    DescribeAutomationExecutions: limited(list, describeAutomationExecutions(deps)),
    DescribeAutomationStepExecutions: limited(steps, describeAutomationStepExecutions(deps)),
    StopAutomationExecution: stopAutomationExecution(deps),
  };
}
