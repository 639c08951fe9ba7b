/** A step as a task of a state machine: its output is the function's, its retries those of the house. */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IntegrationPattern, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Step } from '../contract/names.ts';
import { LAMBDA_TROUBLE, NAMED_ERRORS_ARE_FINAL, NOBODY_CAME, STEP_TROUBLE } from './retries.ts';

type Assign = Readonly<Record<string, unknown>>;

export const tasksOf =
  <S extends Step>(scope: Construct, functions: Readonly<Record<S, IFunction>>) =>
  (step: S, payload: string | Record<string, unknown>, assign?: Assign): LambdaInvoke => {
    const invoke = LambdaInvoke.jsonata(scope, nameOf(step), {
      lambdaFunction: functions[step],
      payload:
        typeof payload === 'string' ? TaskInput.fromText(payload) : TaskInput.fromObject(payload),
      outputs: '{% $states.result.Payload %}',
      ...(assign && { assign }),
      retryOnServiceExceptions: false,
    });
    for (const policy of [NAMED_ERRORS_ARE_FINAL, LAMBDA_TROUBLE, STEP_TROUBLE])
      invoke.addRetry(policy);
    return invoke;
  };

/** A step that gives a task token away and waits until it comes back, at most `seconds`. */
export function waitingTask(
  scope: Construct,
  name: string,
  lambdaFunction: IFunction,
  payload: Record<string, unknown>,
  { seconds, outputs }: { readonly seconds: string; readonly outputs: Record<string, unknown> },
): LambdaInvoke {
  const invoke = LambdaInvoke.jsonata(scope, name, {
    lambdaFunction,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: TaskInput.fromObject(payload),
    taskTimeout: Timeout.jsonata(seconds),
    outputs,
    retryOnServiceExceptions: false,
  });
  for (const policy of [NOBODY_CAME, NAMED_ERRORS_ARE_FINAL, LAMBDA_TROUBLE, STEP_TROUBLE])
    invoke.addRetry(policy);
  return invoke;
}

const nameOf = (step: Step): string => step.charAt(0).toUpperCase() + step.slice(1);
