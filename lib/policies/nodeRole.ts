import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { exchangeBucketName } from '../../contract/names.ts';
import { allow } from './statement.ts';

/**
 * What a node may do beyond what the agent needs. The exchange bucket's own policy is the other half. The
 * agent lists first and then asks for the one object, so GetObject is enough (amazon-ssm-agent s3resource).
 */
export const nodeRole = (hub: string): readonly iam.PolicyStatement[] => [
  // A script action: AWS-RunRemoteScript downloads it as the node.
  allow(
    'FetchArtifacts',
    ['s3:GetObject'],
    [`arn:${Aws.PARTITION}:s3:::${exchangeBucketName(hub, '*')}/artifacts/*`],
  ),
];
