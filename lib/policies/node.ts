import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../contract/config.ts';
import { exchangeBucketName, exchangeKeys } from '../../contract/names.ts';
import { nodeKeyUse } from './keys.ts';
import { allow } from './statement.ts';

/**
 * What a node may do for Fleetwide, beside what the agent itself needs (AmazonSSMManagedInstanceCore). Each
 * is done by the agent with the node's own credentials, in the hub's buckets: the other half stands in the
 * exchange bucket's policy.
 */
export const node = (
  config: Pick<Config, 'hub' | 'nodes' | 'secrets' | 'encryption'>,
): readonly iam.PolicyStatement[] => {
  const { hub, nodes, secrets } = config;
  const exchange = `arn:${Aws.PARTITION}:s3:::${exchangeBucketName(hub.account, '*')}`;
  const groups = nodes.logGroups.map(
    (name) => `arn:${Aws.PARTITION}:logs:*:${Aws.ACCOUNT_ID}:log-group:${name}`,
  );
  return [
    // The scripts and files of a dispatch, which lie in the hub under their SHA-256.
    allow('ReadArtifacts', ['s3:GetObject'], [`${exchange}/${exchangeKeys.artifacts}`]),
    // Output that is too long for Systems Manager. The agent uploads it with the canned ACL
    // bucket-owner-full-control (amazon-ssm-agent, agent/s3util), which is a permission of its own.
    allow(
      'WriteOutput',
      ['s3:PutObject', 's3:PutObjectAcl'],
      [`${exchange}/${exchangeKeys.outputOf(Aws.ACCOUNT_ID)}`],
    ),
    // The agent asks how a bucket is encrypted before it uploads (amazon-ssm-agent, agent/s3util).
    allow('AskEncryption', ['s3:GetEncryptionConfiguration'], [exchange]),
    // Output as it comes, into the groups that the configuration names; SpokeRegion has created one (Systems Manager User Guide,
    // "Configuring Amazon CloudWatch Logs for Run Command", without CreateLogGroup).
    allow(
      'DeliverLogs',
      ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      groups.flatMap((group) => [group, `${group}:*`]),
    ),
    // The agent looks for the group among all of them before it writes (same page).
    allow('FindLogGroup', ['logs:DescribeLogGroups'], ['*']),
    ...nodeKeyUse(config),
    // Secrets that an action names are read on the node, by its own role. Where that has AmazonSSMManagedInstanceCore it
    // may read every parameter already; else those that are configured.
    ...(secrets.parameters.length === 0 || nodes.credentials === 'instanceProfile'
      ? []
      : [
          allow(
            'ReadParameters',
            ['ssm:GetParameter'],
            secrets.parameters.map(
              (name) =>
                `arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:parameter/${name.replace(/^\//, '')}`,
            ),
          ),
        ]),
    // The same of Secrets Manager, whose ARNs end with six characters of its own.
    ...(secrets.secrets.length === 0
      ? []
      : [
          allow(
            'ReadSecrets',
            ['secretsmanager:GetSecretValue'],
            secrets.secrets.map(
              (name) =>
                `arn:${Aws.PARTITION}:secretsmanager:*:${Aws.ACCOUNT_ID}:secret:${name}-??????`,
            ),
          ),
        ]),
    // Keys of one's own: those that AWS manages need no permission.
    ...(secrets.keys.length === 0 ? [] : [allow('DecryptSecrets', ['kms:Decrypt'], secrets.keys)]),
  ];
};
