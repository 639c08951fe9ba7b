import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../contract/config.ts';
import { exchangeBucketName } from '../../contract/names.ts';

/**
 * The agent's own buckets, which lie in accounts of AWS (Systems Manager User Guide, "SSM Agent
 * communications with AWS managed S3 buckets"). patch-baseline's `aws-patch-manager-…` ends with a suffix
 * that differs by Region and is left out: Fleetwide does not patch.
 */
const AGENT_BUCKETS = [
  `amazon-ssm-${Aws.REGION}`,
  `aws-ssm-${Aws.REGION}`,
  `aws-windows-downloads-${Aws.REGION}`,
  `${Aws.REGION}-birdwatcher-prod`,
  `patch-baseline-snapshot-${Aws.REGION}`,
  `amazon-ssm-packages-${Aws.REGION}`,
  `aws-ssm-distributor-file-${Aws.REGION}`,
  `aws-ssm-document-attachments-${Aws.REGION}`,
];

/** An endpoint's policy grants nothing: it bounds what may pass, beside the policies of caller and bucket. */
export const s3Endpoint = ({ hub }: Pick<Config, 'hub'>): readonly iam.PolicyStatement[] => {
  const exchange = arn(exchangeBucketName(hub.account, Aws.REGION));
  return [
    // Artifacts in, output out, in the exchange bucket of this Region: a gateway reaches no other.
    statement(
      'Exchange',
      ['s3:GetObject', 's3:PutObject', 's3:PutObjectAcl', 's3:GetEncryptionConfiguration'],
      [exchange, `${exchange}/*`],
      { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
    ),
    // What the agent fetches for itself: updates, plugins, documents. Partly without a signature, since
    // these buckets are public: no condition on who asks.
    statement(
      'Agent',
      ['s3:GetObject'],
      AGENT_BUCKETS.map((bucket) => `${arn(bucket)}/*`),
    ),
  ];
};

const arn = (bucket: string) => `arn:${Aws.PARTITION}:s3:::${bucket}`;

const statement = (
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: iam.Conditions,
) =>
  new iam.PolicyStatement({
    sid,
    principals: [new iam.AnyPrincipal()],
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });
