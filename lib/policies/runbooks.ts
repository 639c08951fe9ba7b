import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../contract/config.ts';
import { documentArn } from '../../contract/documents.ts';
import { roleArn } from '../../contract/names.ts';
import { allow } from './statement.ts';

/**
 * Nothing where no runbook is named. A start is asked for the document and for the execution that it makes (User
 * Guide, "Setting up identity based policies examples" of Automation).
 */
export function startRunbooks({
  runbooks,
  automationRole,
}: Pick<Config, 'runbooks' | 'automationRole'>): readonly iam.PolicyStatement[] {
  if (runbooks.length === 0) return [];
  const executions = [`arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:automation-execution/*`];
  const definitions = runbooks.map((name) => documentArn(name, Aws.PARTITION, Aws.ACCOUNT_ID));
  const statements = [
    // Discover: the instances that a runbook is given, whether Systems Manager knows them or not.
    allow('FindInstances', ['ec2:DescribeInstances'], ['*']),
    // Send: the runbooks of the configuration and no other.
    allow('StartRunbooks', ['ssm:StartAutomationExecution'], [...definitions, ...executions]),
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
  ];
  if (automationRole === undefined) return statements;
  return [
    ...statements,
    // What runbooks act as, handed to Automation and to no other service.
    allow(
      'PassAutomationRole',
      ['iam:PassRole'],
      [roleArn(Aws.PARTITION, Aws.ACCOUNT_ID, automationRole)],
      { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    ),
  ];
}
