import { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface PrivateBucketProps {
  readonly name: string;
  readonly lifecycleRules: readonly s3.LifecycleRule[];
  /** Whether it outlives its stack. */
  readonly keep: boolean;
  /** Who else may do what in it. Default: nobody. */
  readonly grants?: (bucket: s3.IBucket) => readonly iam.PolicyStatement[];
}

/**
 * TLS only, no public access, no ACLs, encrypted by S3, kept when the stack goes unless told otherwise.
 * Not versioned: what must not be overwritten is put on that condition, what is content-addressed never
 * changes, and a child's notebook is overwritten every round.
 */
export class PrivateBucket extends Construct {
  /** The class Bucket does not fit IBucket under exactOptionalPropertyTypes; the one made from its L1 does. */
  readonly bucket: s3.IBucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const made = new s3.Bucket(this, 'Bucket', {
      bucketName: props.name,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [...props.lifecycleRules],
      removalPolicy: props.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const resource = made.node.defaultChild;
    if (!(resource instanceof s3.CfnBucket))
      throw new Error(`${made.node.path}: the bucket has no AWS::S3::Bucket of its own`);
    this.bucket = s3.Bucket.fromCfnBucket(resource);
    for (const statement of props.grants?.(this.bucket) ?? []) made.addToResourcePolicy(statement);
  }
}
