import { Aws } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { artifactKey, exchangeBucketName } from '../../contract/names.ts';
import { allow } from './statement.ts';

/**
 * The script or file of a dispatch, or what one node gave for the others, into each Region's exchange bucket, on condition
 * that it is not there; only below `artifacts/`.
 */
export const stageArtifacts = (): iam.PolicyStatement =>
  allow(
    'StageArtifacts',
    ['s3:PutObject'],
    [
      `arn:${Aws.PARTITION}:s3:::${exchangeBucketName(Aws.ACCOUNT_ID, '*')}/${artifactKey('*', '*')}`,
    ],
  );
