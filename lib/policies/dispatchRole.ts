import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../contract/config.ts';
import { documentArn } from '../../contract/documents.ts';
import { roleArn } from '../../contract/names.ts';
import { allow } from './statement.ts';

/**
 * What the dispatcher may do in a spoke, in all its Regions; each call narrows its session further, to
 * its own step. The reading actions know no resource types (Service Authorization Reference, AWS Systems
 * Manager), hence `*`.
 */
type Named = Pick<Config, 'documents' | 'runbooks' | 'automationRole'>;

const arns = (names: readonly string[]) =>
  names.map((name) => documentArn(name, Aws.PARTITION, Aws.ACCOUNT_ID));

export const dispatchRole = ({ documents, ...config }: Named): readonly iam.PolicyStatement[] => [
  // Discover lists the nodes; Send tells which of 50 is gone when a call is refused for one of them.
  allow('FindNodes', ['ssm:DescribeInstanceInformation'], ['*']),
  // Send, one half: the documents of the configuration and no other.
  allow('SendDocument', ['ssm:SendCommand'], arns(documents)),
  // Send, other half: to the nodes of this account, EC2 and hybrid.
  allow(
    'SendToNodes',
    ['ssm:SendCommand'],
    [
      `arn:${Aws.PARTITION}:ec2:*:${Aws.ACCOUNT_ID}:instance/*`,
      `arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:managed-instance/*`,
    ],
  ),
  // Poll: one call per 50 commands. Also how a command whose reply was lost is found again.
  allow('FollowCommands', ['ssm:ListCommands'], ['*']),
  // Recall: to end what a stopped dispatch left running. Like the reading actions it knows no resource type.
  allow('CancelCommands', ['ssm:CancelCommand'], ['*']),
  // Collect: the rows of a command, and the text of a node where the row cuts it.
  allow('ReadResults', ['ssm:ListCommandInvocations', 'ssm:GetCommandInvocation'], ['*']),
  ...automation(config),
];

/**
 * Nothing where no runbook is named. A start is asked for the document and for the execution that it makes (User
 * Guide, "Setting up identity based policies examples" of Automation).
 */
function automation({ runbooks, automationRole }: Omit<Named, 'documents'>) {
  if (runbooks.length === 0) return [];
  const executions = [`arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:automation-execution/*`];
  return [
    // Discover: the instances that a runbook is given, whether Systems Manager knows them or not.
    allow('FindInstances', ['ec2:DescribeInstances'], ['*']),
    // Send: the runbooks of the configuration and no other.
    allow('StartRunbooks', ['ssm:StartAutomationExecution'], [...arns(runbooks), ...executions]),
    // Poll, Collect: how it goes; Poll and Recall: to end what is out of time, or was stopped.
    allow(
      'FollowRunbooks',
      ['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution'],
      executions,
    ),
    // To find an execution again whose reply was lost, and to tell of its steps where they are many.
    allow(
      'ListRunbooks',
      ['ssm:DescribeAutomationExecutions', 'ssm:DescribeAutomationStepExecutions'],
      ['*'],
    ),
    // What runbooks act as, handed to Automation and to no other service.
    ...(automationRole
      ? [
          allow(
            'PassAutomationRole',
            ['iam:PassRole'],
            [roleArn(Aws.PARTITION, Aws.ACCOUNT_ID, automationRole)],
            { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
          ),
        ]
      : []),
  ];
}
