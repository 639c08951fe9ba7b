import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../contract/config.ts';
import { NODE_ROLE, SPOKE_PATH } from '../../contract/names.ts';

/**
 * Who may read artifacts: Fleetwide's node role, of the organisation or of the spokes listed. Nobody may write
 * them through this policy. An organisation has no principal of its own: it is everybody, bound by
 * aws:PrincipalOrgID (IAM User Guide, "aws:PrincipalOrgID"), which no caller can state about itself.
 */
export function artifactReaders(config: Config, bucketArn: string): iam.PolicyStatement[] {
  const { organizationId, accounts } = config;
  if (!organizationId && accounts.length === 0) return [];
  return [
    new iam.PolicyStatement({
      sid: 'NodesReadArtifacts',
      actions: ['s3:GetObject'],
      resources: [`${bucketArn}/artifacts/*`],
      principals: organizationId
        ? [new iam.AnyPrincipal()]
        : accounts.map(
            (account) => new iam.ArnPrincipal(`arn:${Aws.PARTITION}:iam::${account}:root`),
          ),
      conditions: {
        ...(organizationId && { StringEquals: { 'aws:PrincipalOrgID': organizationId } }),
        ArnLike: {
          'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::*:role${SPOKE_PATH}${NODE_ROLE}`,
        },
      },
    }),
  ];
}
