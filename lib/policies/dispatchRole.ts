import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../contract/config.ts';
import { documentArn } from '../../contract/documents.ts';
import { startRunbooks } from './runbooks.ts';
import { allow } from './statement.ts';

/**
 * What the dispatcher may do in a spoke, in all its Regions; each call narrows its session further, to
 * its own step. The reading actions know no resource types (Service Authorization Reference, AWS Systems
 * Manager), hence `*`.
 */
export const dispatchRole = ({
  nodes,
  documents,
  ...config
}: Pick<
  Config,
  'nodes' | 'documents' | 'runbooks' | 'automationRole'
>): readonly iam.PolicyStatement[] => [
  // Discover and doctor list the nodes; Send tells which of 50 is gone when a call is refused for one of them.
  allow('FindNodes', ['ssm:DescribeInstanceInformation'], ['*']),
  // Discover freezes what the documents hold, so that what was planned is what runs; doctor tells which are not there.
  allow(
    'ReadDocument',
    ['ssm:DescribeDocument'],
    documents.map((name) => documentArn(name, Aws.PARTITION, Aws.ACCOUNT_ID)),
  ),
  // Discover tells which instances are stopped, gone or not managed, and finds those that tags with wildcards mean, or
  // that a runbook is given.
  allow('FindInstances', ['ec2:DescribeInstances'], ['*']),
  // Discover looks into all Regions that the account has enabled, or tells that one is not, as doctor does.
  allow('FindRegions', ['ec2:DescribeRegions'], ['*']),
  // Discover lists the members of a resource group that a request names. The group may be one by tags or by a stack, of
  // which the service asks in the caller's name (Resource Groups API reference, ListGroupResources).
  allow(
    'ListGroupMembers',
    ['resource-groups:ListGroupResources'],
    [`arn:${Aws.PARTITION}:resource-groups:*:${Aws.ACCOUNT_ID}:group/*`],
  ),
  // Behind a group by tags; it knows no resource types.
  allow('FindByTags', ['tag:GetResources'], ['*']),
  // Behind a group by a stack.
  allow(
    'FindInStack',
    ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
    [`arn:${Aws.PARTITION}:cloudformation:*:${Aws.ACCOUNT_ID}:stack/*`],
  ),
  // Discover holds hybrid nodes against tags with wildcards; those of instances are EC2's.
  allow(
    'ReadHybridTags',
    ['ssm:ListTagsForResource'],
    [`arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:managed-instance/*`],
  ),
  // Send, one half: the documents of the configuration and no other.
  allow(
    'SendDocument',
    ['ssm:SendCommand'],
    documents.map((name) => documentArn(name, Aws.PARTITION, Aws.ACCOUNT_ID)),
  ),
  // Send, other half: to the nodes of this account, EC2 and hybrid, that carry the tags which the
  // configuration asks for. Apart from the documents, which carry none.
  allow(
    'SendToNodes',
    ['ssm:SendCommand'],
    [
      `arn:${Aws.PARTITION}:ec2:*:${Aws.ACCOUNT_ID}:instance/*`,
      `arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:managed-instance/*`,
    ],
    tagged(nodes.tags),
  ),
  // Poll: one call per 50 commands. Also how a command whose reply was lost is found again.
  allow('FollowCommands', ['ssm:ListCommands'], ['*']),
  // Recall: to end what a stopped dispatch left running; Poll: what runs longer than the dispatch may. Like the reading actions it knows no resource type.
  allow('CancelCommands', ['ssm:CancelCommand'], ['*']),
  // Collect: the rows of a command, and the text of a node where the row cuts it.
  allow('ReadResults', ['ssm:ListCommandInvocations', 'ssm:GetCommandInvocation'], ['*']),
  // Collect: output that a request sent to a log group of the account and that is longer than what Systems
  // Manager keeps.
  allow(
    'ReadCommandLogs',
    ['logs:GetLogEvents'],
    nodes.logGroups.map(
      (name) => `arn:${Aws.PARTITION}:logs:*:${Aws.ACCOUNT_ID}:log-group:${name}:log-stream:*`,
    ),
  ),
  ...startRunbooks(config),
];

/** Every key, with one of its values (Systems Manager User Guide, "Setting up Run Command": ssm:resourceTag). */
const tagged = (tags: Config['nodes']['tags']) =>
  Object.keys(tags).length === 0
    ? undefined
    : {
        StringEquals: Object.fromEntries(
          Object.entries(tags).map(([key, values]) => [`ssm:resourceTag/${key}`, values]),
        ),
      };
