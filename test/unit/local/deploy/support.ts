import {
  deployStack,
  type DeployOptions,
  type DeployTarget,
} from '../../../../local/deploy/index.ts';

/** A target that notes what it is told, in order, as `[method, ...arguments]`. */
export function recorder(): { target: DeployTarget; calls: readonly unknown[][] } {
  const calls: unknown[][] = [];
  const note =
    (method: string) =>
    (...args: readonly unknown[]): void =>
      void calls.push([method, ...args]);
  return {
    calls,
    target: {
      putRole: note('putRole'),
      putInlinePolicy: note('putInlinePolicy'),
      attachManagedPolicy: note('attachManagedPolicy'),
      putManagedPolicy: note('putManagedPolicy'),
      putInstanceProfile: note('putInstanceProfile'),
      putKey: note('putKey'),
      putBucket: note('putBucket'),
      setBucketPolicy: note('setBucketPolicy'),
      putFunction: note('putFunction'),
      putLogGroup: note('putLogGroup'),
      putStateMachine: note('putStateMachine'),
      putDocument: note('putDocument'),
      putRule: note('putRule'),
      putConnection: note('putConnection'),
      putDestination: note('putDestination'),
      putTopic: note('putTopic'),
      setTopicPolicy: note('setTopicPolicy'),
      subscribe: note('subscribe'),
      putQueue: note('putQueue'),
      setQueuePolicy: note('setQueuePolicy'),
      putScheduleGroup: note('putScheduleGroup'),
      putSchedule: note('putSchedule'),
    },
  };
}

export interface Given {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly assets?: ReadonlyMap<string, string>;
  readonly options?: DeployOptions;
}

/** Deploys a template into account 111122223333, eu-west-1; returns the deployment and what was created. */
export async function deployed(template: unknown, { options, ...given }: Given = {}) {
  const { target, calls } = recorder();
  const stack = {
    stackName: 'Test',
    account: '111122223333',
    region: 'eu-west-1',
    template,
    ...given,
  };
  return { ...(await deployStack(stack, target, options)), calls };
}

/** The problems that a template is refused for. */
export async function problemsOf(template: unknown, given: Given = {}): Promise<readonly string[]> {
  const { target, calls } = recorder();
  const stack = { stackName: 'Test', account: '111122223333', region: 'eu-west-1', template };
  try {
    await deployStack({ ...stack, ...given }, target);
  } catch (error) {
    if (calls.length > 0)
      throw new Error('something was created before the refusal', { cause: error });
    return String(error instanceof Error && error.message)
      .split('\n  ')
      .slice(1);
  }
  throw new Error('the template was not refused');
}

export const TRUST = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
  ],
};
export const role = (name: unknown, more = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: name, AssumeRolePolicyDocument: TRUST, ...more },
});
export const logGroup = (name: unknown) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: name },
});
