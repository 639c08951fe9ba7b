import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface PrivateBucketProps {
  readonly name: string;
  readonly lifecycleRules: readonly s3.LifecycleRule[];
  /** Whether it outlives its stack. */
  readonly keep: boolean;
  /** The policy of a key of its own. Default: S3's keys. */
  readonly keyPolicy?: readonly iam.PolicyStatement[] | undefined;
  /** Who else may do what in it. Default: nobody. */
  readonly grants?: (bucket: s3.IBucket) => readonly iam.PolicyStatement[];
}

/**
 * TLS only, no public access, no ACLs, encrypted by S3 or by a key of its own, kept when the stack goes unless told otherwise.
 * Not versioned: what must not be overwritten is put on that condition, what is content-addressed never
 * changes, and a child's notebook is overwritten every round.
 */
export class PrivateBucket extends Construct {
  /** The class Bucket does not fit IBucket under exactOptionalPropertyTypes; one that refers to it does. */
  readonly bucket: s3.IBucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const removalPolicy = props.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const key =
      props.keyPolicy &&
      new kms.Key(this, 'Key', {
        description: `Fleetwide: what lies in ${props.name}`,
        enableKeyRotation: true,
        policy: new iam.PolicyDocument({ statements: [...props.keyPolicy] }),
        // Without it what is kept could never be read again.
        removalPolicy,
      });
    const made = new s3.Bucket(this, 'Bucket', {
      bucketName: props.name,
      ...(key
        ? // One call to KMS for many objects.
          { encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [...props.lifecycleRules],
      removalPolicy,
    });
    this.bucket = s3.Bucket.fromBucketAttributes(this, 'Made', {
      bucketArn: made.bucketArn,
      bucketName: made.bucketName,
      ...(key && { encryptionKey: kms.Key.fromKeyArn(this, 'MadeKey', key.keyArn) }),
    });
    for (const statement of props.grants?.(this.bucket) ?? []) made.addToResourcePolicy(statement);
  }
}
