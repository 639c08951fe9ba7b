import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Config } from '../../contract/config.ts';

/** What a step may do in the hub's own account: one statement per purpose, the purpose as its sid. */
export type StepPolicy = (results: s3.IBucket, config: Config) => readonly iam.PolicyStatement[];

export const allow = (
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: iam.Conditions,
): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid,
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });

const objects = (bucket: s3.IBucket, patterns: readonly string[]) =>
  patterns.map((pattern) => bucket.arnForObjects(pattern));

export const read = (sid: string, bucket: s3.IBucket, ...patterns: readonly string[]) =>
  allow(sid, ['s3:GetObject'], objects(bucket, patterns));

export const write = (sid: string, bucket: s3.IBucket, ...patterns: readonly string[]) =>
  allow(sid, ['s3:PutObject'], objects(bucket, patterns));

export const readWrite = (sid: string, bucket: s3.IBucket, ...patterns: readonly string[]) =>
  allow(sid, ['s3:GetObject', 's3:PutObject'], objects(bucket, patterns));
