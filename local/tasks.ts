/** The integrations of a state machine, each carried out as the machine's role. */
import {
  AwsError,
  type Authorize,
  type Call,
  type Caller,
  type ServiceId,
} from './core/operation.ts';
import { TaskFailure, type TaskIdentity, type TaskRunner } from './core/tasks.ts';
import type { IamStore } from './iam/store.ts';
import type { LambdaHost } from './lambda/index.ts';
import type { Ledger } from './wire/ledger.ts';

export interface TaskDeps {
  readonly iam: IamStore;
  readonly authorize: Authorize;
  readonly lambda: Pick<LambdaHost, 'invoke'>;
  readonly ledger: Ledger;
  readonly newId: () => string;
  readonly invokeInternal: (
    caller: Caller,
    service: ServiceId,
    operation: string,
    region: string,
    input: unknown,
  ) => Promise<unknown>;
}

type Integration = (
  caller: Caller,
  as: TaskIdentity,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<unknown>;

export function createTaskRunner(deps: TaskDeps): TaskRunner {
  const integrations: Readonly<Record<string, Integration>> = {
    'lambda:invoke': (caller, as, args, signal) => invokeLambda(deps, caller, as, args, signal),
    's3:getObject': async (caller, as, args) => {
      const answer = await deps.invokeInternal(caller, 's3', 'GetObject', as.region, args);
      return { Body: await bytesOf(answer) };
    },
    's3:putObject': (caller, as, args) =>
      deps.invokeInternal(caller, 's3', 'PutObject', as.region, args),
  };
  return {
    resources: Object.keys(integrations).map((name) => `arn:aws:states:::${name}`),
    mayStartChildren(resource, redrive, as) {
      const operation = redrive ? 'RedriveExecution' : 'StartExecution';
      try {
        deps.authorize(
          { ...callBase(deps, as), service: 'states', operation },
          { action: `states:${operation}`, resource },
        );
      } catch (error) {
        throw new TaskFailure('States.Permissions', String(error));
      }
    },
    async run(resource, args, as, signal) {
      const name = resource.split(':::')[1] ?? '';
      const integration = integrations[name];
      if (!integration || !isRecord(args))
        throw new TaskFailure('States.Runtime', `${resource} cannot be run with ${typeof args}`);
      try {
        return await integration(callerOf(deps, as), as, args, signal);
      } catch (error) {
        throw failure(name, error);
      }
    },
  };
}

/**
 * The machine's role, as Step Functions assumes it: for each task anew, named after the execution, with the
 * keys that a trust policy against the confused deputy asks for.
 */
function callerOf({ iam }: TaskDeps, { executionArn, roleArn }: TaskIdentity): Caller {
  const [, partition, , region, account = '', , machine, execution = ''] = executionArn.split(':');
  const context = {
    'aws:SourceAccount': account,
    // A map's child carries its label behind the machine's name.
    'aws:SourceArn': `arn:${partition}:states:${region}:${account}:stateMachine:${machine?.split('/')[0]}`,
  };
  const session = execution.slice(0, 64);
  return iam.callerOf(iam.sessionForService(roleArn, 'states.amazonaws.com', session, { context }));
}

const callBase = (deps: TaskDeps, as: TaskIdentity, caller = callerOf(deps, as)) => ({
  region: as.region,
  caller,
  secure: true,
  requestId: deps.newId(),
});

async function invokeLambda(
  deps: TaskDeps,
  caller: Caller,
  as: TaskIdentity,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<unknown> {
  const functionArn = String(args.FunctionName);
  const call: Call = { ...callBase(deps, as, caller), service: 'lambda', operation: 'Invoke' };
  deps.ledger.add('lambda', 'Invoke', caller.account);
  deps.authorize(call, { action: 'lambda:InvokeFunction', resource: functionArn });
  const result = await deps.lambda.invoke(functionArn, args.Payload, { signal });
  if (!result.ok) throw new TaskFailure(result.error, result.cause);
  return { ExecutedVersion: '$LATEST', Payload: result.payload, StatusCode: 200 };
}

/** Names that Step Functions gives to failures of a service: `S3.NoSuchKeyException`, `Lambda.AWSLambdaException`. */
function failure(integration: string, error: unknown): TaskFailure {
  if (error instanceof TaskFailure) return error;
  if (!(error instanceof AwsError)) throw error;
  const service = integration.startsWith('lambda') ? 'AWSLambda' : 'S3';
  const name =
    service === 'AWSLambda'
      ? 'Lambda.AWSLambdaException'
      : `S3.${error.name.replace(/(Exception)?$/, 'Exception')}`;
  return new TaskFailure(
    name,
    `${error.message} (Service: ${service}; Status Code: ${error.status}; Error Code: ${error.name})`,
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body as the S3 service hands it out: bytes, or an object with bytes. */
async function bytesOf(answer: unknown): Promise<Uint8Array> {
  const body = isRecord(answer) ? answer.Body : undefined;
  if (body instanceof Uint8Array) return body;
  throw new Error('the S3 service answered GetObject without bytes');
}
