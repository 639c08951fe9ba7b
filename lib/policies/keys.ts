import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Config } from '../../contract/config.ts';
import { exchangeBucketName } from '../../contract/names.ts';
import { type Nodes, nodesOf, type Spokes } from './exchange.ts';
import { allow } from './statement.ts';

/**
 * What KMS is asked by S3, in the name of whoever reads or writes (S3 User Guide, "Using server-side
 * encryption with AWS KMS keys", "Permissions"). A key's policy is the only way to it: other accounts need
 * both that and a policy of their own.
 */
const READ = 'kms:Decrypt';
const WRITE = 'kms:GenerateDataKey';

/** With bucket keys the encryption context is the bucket; without one it would be the object. */
const CONTEXT = 'kms:EncryptionContext:aws:s3:arn';
const arnOf = (bucket: string) => `arn:${Aws.PARTITION}:s3:::${bucket}`;

/** The policy of a bucket's key. `config`: for the exchange bucket, whose nodes come from other accounts. */
export const keyPolicy = (bucket: string, config?: Spokes): readonly iam.PolicyStatement[] => {
  const who = config && nodesOf(config);
  return [
    // Without it nobody could ever change the key again; within the account IAM decides (KMS Developer
    // Guide, "Default key policy").
    statement('AccountDecides', ['kms:*'], {
      principals: [new iam.ArnPrincipal(`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root`)],
    }),
    ...(who ? [nodesThroughS3(bucket, who)] : []),
  ];
};

const nodesThroughS3 = (bucket: string, { principals, conditions }: Nodes) =>
  // Through S3 alone, and for this bucket alone: to a spoke's node the key opens nothing else.
  statement('NodesThroughS3', [READ, WRITE], {
    principals,
    conditions: {
      ...conditions,
      StringEquals: {
        ...conditions.StringEquals,
        'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}`,
      },
      StringLike: { [CONTEXT]: [arnOf(bucket), `${arnOf(bucket)}/*`] },
    },
  });

/** In a key's policy `*` is the key. */
const statement = (sid: string, actions: readonly string[], rest: iam.PolicyStatementProps) =>
  new iam.PolicyStatement({ sid, actions: [...actions], resources: ['*'], ...rest });

/** What a role of the hub needs beside its statements about the buckets: nothing, where S3 has the keys. */
export function keyUse(
  statements: readonly iam.PolicyStatement[],
  results: s3.IBucket,
): readonly iam.PolicyStatement[] {
  const key = results.encryptionKey;
  if (!key) return [];
  const own = needs(about(results.bucketArn, statements));
  const exchange = needs(about(arnOf(anyExchange(Aws.ACCOUNT_ID)), statements));
  return [
    ...(own.length > 0 ? [useResultsKey(own, key.keyArn)] : []),
    ...(exchange.length > 0 ? [useExchangeKeys(exchange, Aws.ACCOUNT_ID)] : []),
  ];
}

/** A node's half, where the exchange buckets have keys. */
export const nodeKeyUse = (
  config: Pick<Config, 'hub' | 'encryption'>,
): readonly iam.PolicyStatement[] =>
  config.encryption === 'KMS' ? [useExchangeKeys([READ, WRITE], config.hub.account)] : [];

const about = (bucketArn: string, statements: readonly iam.PolicyStatement[]) =>
  statements.filter(({ resources }) => resources.every((each) => each.startsWith(bucketArn)));

const needs = (statements: readonly iam.PolicyStatement[]): readonly string[] => [
  ...(statements.some(({ actions }) => actions.includes('s3:GetObject')) ? [READ] : []),
  ...(statements.some(({ actions }) => actions.includes('s3:PutObject')) ? [WRITE] : []),
];

const useResultsKey = (actions: readonly string[], key: string) =>
  // The results bucket's objects: what may be read is decrypted with its key, what may be written encrypted.
  allow('UseResultsKey', actions, [key]);

const useExchangeKeys = (actions: readonly string[], hub: string) =>
  // The exchange buckets have a key in each Region; they are told apart by the bucket that they are used for.
  allow('UseExchangeKeys', actions, [`arn:${Aws.PARTITION}:kms:*:${hub}:key/*`], {
    StringLike: { [CONTEXT]: arnOf(anyExchange(hub)) },
  });

const anyExchange = (hub: string) => exchangeBucketName(hub, '*');
