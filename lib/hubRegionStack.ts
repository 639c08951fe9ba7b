import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { exchangeBucketName } from '../contract/names.ts';
import { exchange } from './policies/exchange.ts';
import { keyPolicy } from './policies/keys.ts';
import { PrivateBucket } from './privateBucket.ts';

export interface HubRegionStackProps extends StackProps {
  readonly config: Config;
  readonly region: string;
}

/**
 * The hub in a Region dispatched to: the exchange bucket, which nodes of that Region reach through their
 * S3 gateway endpoint. Its policy denies what is not TLS, and lets the spokes' nodes in as far as they need.
 */
export class HubRegionStack extends Stack {
  readonly exchange: PrivateBucket;

  constructor(scope: Construct, id: string, props: HubRegionStackProps) {
    super(scope, id, props);
    const name = exchangeBucketName(props.config.hub.account, props.region);
    this.exchange = new PrivateBucket(this, 'Exchange', {
      name,
      keyPolicy: props.config.encryption === 'KMS' ? keyPolicy(name, props.config) : undefined,
      keep: props.config.keepBuckets,
      grants: (bucket) => exchange(bucket, props.config),
      lifecycleRules: [
        // Collected into the results bucket when a dispatch ends, at the latest 48 hours after its start.
        { id: 'ForgetOutput', prefix: 'output/', expiration: Duration.days(7) },
        { id: 'AbortUploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }
}
