import type {
  StartAutomationExecutionRequest,
  StartAutomationExecutionResult,
} from '@aws-sdk/client-ssm';
import { AwsError, type Call, type Operation } from '../../../core/operation.ts';
import { placeOf } from '../deps.ts';
import { VISIBLE_MS } from '../timing.ts';
import { lengthWithin, matching, onlyKnown, required } from '../validation.ts';
import type { AutomationDeps } from './deps.ts';
import { execute } from './engine.ts';
import { isOver, type Run } from './execution.ts';
import { resolveParameters } from './parameters.ts';
import { resolve, textOf } from './references.ts';
import type { FoundRunbook } from './runbooks.ts';

const KNOWN = ['DocumentName', 'DocumentVersion', 'Parameters', 'ClientToken', 'Mode'];
const UUID = /^[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$/;
/** Systems Manager quotas, "Concurrently running automations". */
const AT_ONCE = 100;

export const startAutomationExecution =
  (
    deps: AutomationDeps,
  ): Operation<StartAutomationExecutionRequest, StartAutomationExecutionResult> =>
  async (call, input) => {
    const name = checkShape(input);
    const place = placeOf(call);
    const runbook = deps.runbooks.find(call, name, input.DocumentVersion);
    for (const resource of [runbook.arn, executionArn(call, '*')])
      deps.authorize(call, {
        action: 'ssm:StartAutomationExecution',
        resource,
        // Sharing is the owner's grant, and has been looked at.
        resourceAccount: place.account,
      });
    const { ClientToken } = input;
    const asked = JSON.stringify([name, input.DocumentVersion, input.Parameters]);
    const before = again(deps, call, ClientToken, asked);
    if (before) return { AutomationExecutionId: before.id };
    const { shown, values } = resolveParameters(runbook, input.Parameters ?? {});
    const roleArn = textOf(resolve(runbook.assumeRole, values));
    if (roleArn !== '')
      deps.authorize(call, {
        action: 'iam:PassRole',
        resource: roleArn,
        context: { 'iam:PassedToService': ['ssm.amazonaws.com'] },
      });
    const runs = deps.runs.of(place);
    if (runs.filter((run) => !isOver(run)).length >= AT_ONCE)
      throw new AwsError(
        'AutomationExecutionLimitExceededException',
        `${AT_ONCE} automations are running`,
      );
    const now = deps.clock.now();
    const run = makeRun(deps, runbook, {
      ...place,
      documentName: name,
      order: runs.length,
      caller: call.caller,
      roleArn,
      token: ClientToken?.toLowerCase(),
      asked,
      parameters: shown,
      values,
      requestedAt: now,
      visibleAt: now + VISIBLE_MS,
    });
    deps.runs.add(run);
    void execute(deps, run);
    return { AutomationExecutionId: run.id };
  };

function checkShape(input: StartAutomationExecutionRequest): string {
  onlyKnown('StartAutomationExecution', input, KNOWN);
  matching('clientToken', input.ClientToken, UUID);
  if (input.Mode !== undefined) matching('mode', input.Mode, /^Auto$/);
  const { Parameters } = input;
  if (Parameters) {
    lengthWithin('parameters', Object.keys(Parameters), [1, 200]);
    for (const [name, values] of Object.entries(Parameters)) {
      lengthWithin('parameters', name, [1, 50]);
      lengthWithin('parameters', values, [0, 50]);
      for (const value of values) lengthWithin('parameters', value, [1, 512]);
    }
  }
  return required('documentName', input.DocumentName);
}

/** The token is case insensitive and can't be reused (API reference). */
function again(
  { runs }: AutomationDeps,
  call: Call,
  token: string | undefined,
  asked: string,
): Run | undefined {
  if (token === undefined) return undefined;
  const before = runs.of(placeOf(call)).find((run) => run.token === token.toLowerCase());
  if (before && before.asked !== asked)
    throw new AwsError(
      'IdempotentParameterMismatch',
      'The token was used before with other parameters',
    );
  return before;
}

const makeRun = (
  { newId }: AutomationDeps,
  runbook: FoundRunbook,
  rest: Omit<Run, 'id' | 'runbook' | 'steps' | 'stop' | 'status' | 'outputs' | 'simulated'>,
): Run => ({
  ...rest,
  id: newId(),
  runbook,
  steps: runbook.mainSteps.map((step) => ({
    id: newId(),
    step,
    status: 'Pending',
    inputs: {},
    outputs: {},
  })),
  stop: new AbortController(),
  status: 'Pending',
  outputs: {},
  simulated: new Set(),
});

/** Partition `aws`, as everywhere in SUPPORT.md's accounts. */
export const executionArn = (call: Call, id: string): string =>
  `arn:aws:ssm:${call.region}:${placeOf(call).account}:automation-execution/${id}`;
