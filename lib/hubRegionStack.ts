import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../contract/config.ts';
import { exchangeBucketName } from '../contract/names.ts';
import { artifactReaders } from './policies/artifactReaders.ts';
import { PrivateBucket } from './privateBucket.ts';

export interface HubRegionStackProps extends StackProps {
  readonly config: Config;
  readonly region: string;
}

/**
 * The hub in a Region dispatched to: the exchange bucket, which nodes of that Region reach through their
 * S3 gateway endpoint. Its policy denies what is not TLS and lets nodes read artifacts.
 */
export class HubRegionStack extends Stack {
  readonly exchange: PrivateBucket;

  constructor(scope: Construct, id: string, props: HubRegionStackProps) {
    super(scope, id, props);
    this.exchange = new PrivateBucket(this, 'Exchange', {
      name: exchangeBucketName(props.config.hub.account, props.region),
      lifecycleRules: [
        // Collected into the results bucket when a dispatch ends, at the latest 48 hours after its start.
        { id: 'ForgetOutput', prefix: 'output/', expiration: Duration.days(7) },
        { id: 'AbortUploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    for (const statement of artifactReaders(props.config, this.exchange.bucket.bucketArn))
      this.exchange.allow(statement);
  }
}
