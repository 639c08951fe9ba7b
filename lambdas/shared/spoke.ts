/** The one place that assumes roles. */
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import * as z from 'zod';
import { documentArn } from '../../contract/documents.ts';
import { FleetwideError } from '../../contract/errors.ts';
import { dispatchRoleArn, roleArn } from '../../contract/names.ts';
import type { DispatcherEnvironment } from './environment.ts';
import { countThrottles } from './metrics.ts';
import { ATTEMPTS, PATIENCE, Patient } from './retry.ts';
import type { RunCommand } from './runCommand.ts';

/** What a step may do in a spoke: its session policy, cut to this. */
export type Purpose = 'discover' | 'send' | 'poll' | 'collect' | 'recall';

export interface Errand {
  readonly dispatch: string;
  readonly requester: string;
  readonly purpose: Purpose;
  /** What `discover` may look into, and `send` may send or start. */
  readonly documents?: readonly string[];
  /** Absent: Run Command. */
  readonly kind?: 'automation' | undefined;
  /** Whether `collect` and `recall` read logs. */
  readonly logs?: boolean;
  /** Whether `discover` asks for the members of a resource group. */
  readonly group?: boolean;
}

export interface Spokes<Run = RunCommand> {
  /** A fresh session in `account`, for all its Regions; throws what STS answers. */
  enter(account: string, errand: Errand): Promise<(region: string) => Run>;
}

/** Role chaining allows an hour at most; a Lambda call lives 15 minutes. */
const SESSION_SECONDS = 3600;

const Credentials = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
});

/** What a client in a spoke is made with. */
export interface Connection {
  readonly region: string;
  readonly requestHandler: NodeHttpHandler;
  readonly maxAttempts: number;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

export function createSpokes<Run>(
  env: DispatcherEnvironment,
  connect: (connection: Connection) => Run,
): Spokes<Run> {
  // One connection pool for every client of the invocation.
  const requestHandler = new NodeHttpHandler(PATIENCE);
  const sts = countThrottles(new STSClient({ requestHandler, retryStrategy: new Patient() }));
  return {
    async enter(account, errand) {
      const answer = await sts.send(
        new AssumeRoleCommand({
          RoleArn: dispatchRoleArn(env.PARTITION, account),
          RoleSessionName: errand.dispatch,
          SourceIdentity: errand.requester,
          ExternalId: env.EXTERNAL_ID,
          DurationSeconds: SESSION_SECONDS,
          Policy: JSON.stringify(sessionPolicy(env, account, errand)),
        }),
      );
      const parsed = Credentials.safeParse(answer.Credentials);
      if (!parsed.success)
        throw new FleetwideError(
          'UnexpectedAnswer',
          `sts:AssumeRole in ${account}: no credentials`,
        );
      const config: Omit<Connection, 'region'> = {
        requestHandler,
        maxAttempts: ATTEMPTS,
        credentials: {
          accessKeyId: parsed.data.AccessKeyId,
          secretAccessKey: parsed.data.SecretAccessKey,
          sessionToken: parsed.data.SessionToken,
        },
      };
      return (region) => connect({ ...config, region });
    },
  };
}

const allow = (Action: readonly string[], Resource: readonly string[] = ['*']) => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** What the list asks for besides itself (API reference, ListGroupResources, "Minimum permissions"). */
const RESOURCE_GROUPS = [
  'resource-groups:ListGroupResources',
  'tag:GetResources',
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources',
];

/** At most 2,048 characters (IAM quota): resources by pattern, not by id. */
function sessionPolicy(
  { PARTITION: partition, AUTOMATION_ROLE: role }: DispatcherEnvironment,
  account: string,
  { purpose, kind, documents = [], logs = false, group = false }: Errand,
): object {
  const named = documents.map((name) => documentArn(name, partition, account));
  const executions = [`arn:${partition}:ssm:*:${account}:automation-execution/*`];
  const stop = allow(['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution'], executions);
  const find = allow(['ssm:DescribeAutomationExecutions']);
  const tell = allow(['ssm:DescribeAutomationStepExecutions']);
  const groups = group ? RESOURCE_GROUPS : [];
  const read = logs ? [allow(['logs:GetLogEvents'])] : [];
  const command = {
    discover: [
      allow([
        'ssm:DescribeInstanceInformation',
        'ssm:ListTagsForResource',
        'ec2:DescribeInstances',
        'ec2:DescribeRegions',
        ...groups,
      ]),
      allow(['ssm:DescribeDocument'], named),
    ],
    send: [
      allow(
        ['ssm:SendCommand'],
        [
          ...named,
          `arn:${partition}:ec2:*:${account}:instance/*`,
          `arn:${partition}:ssm:*:${account}:managed-instance/*`,
        ],
      ),
      // To tell which of 50 ids is gone when the call is refused for one of them.
      allow(['ssm:DescribeInstanceInformation']),
    ],
    // CancelCommand: for what still runs when timeouts.overallSeconds have passed.
    // GetCommandInvocation: for how the output of a node ends that went wrong.
    poll: [
      allow([
        'ssm:ListCommands',
        'ssm:ListCommandInvocations',
        'ssm:GetCommandInvocation',
        'ssm:CancelCommand',
      ]),
    ],
    collect: [allow(['ssm:ListCommandInvocations', 'ssm:GetCommandInvocation']), ...read],
    recall: [
      allow([
        'ssm:ListCommands',
        'ssm:CancelCommand',
        'ssm:ListCommandInvocations',
        'ssm:GetCommandInvocation',
      ]),
      ...read,
    ],
  };
  const automation: Record<Purpose, object[]> = {
    discover: [allow(['ec2:DescribeInstances', 'ec2:DescribeRegions', ...groups])],
    send: [
      allow(['ssm:StartAutomationExecution'], [...named, ...executions]),
      ...(role ? [allow(['iam:PassRole'], [roleArn(partition, account, role)])] : []),
    ],
    poll: [stop, find],
    collect: [allow(['ssm:GetAutomationExecution'], executions), tell],
    recall: [stop, find, tell],
  };
  const statements = kind === 'automation' ? automation : command;
  return { Version: '2012-10-17', Statement: statements[purpose] };
}
