/** The exchange buckets of the Regions, as the hub sees them: what it puts there, nodes fetch. */
import { S3Client, type S3ClientConfig, PutObjectCommand } from '@aws-sdk/client-s3';
import { FleetwideError } from '../../contract/errors.ts';
import { exchangeBucketName } from '../../contract/names.ts';

export interface Exchange {
  /** Puts a content-addressed object once: false when it is there already. */
  put(region: string, key: string, body: string): Promise<boolean>;
}

export function createExchange(hub: string, config: S3ClientConfig = {}): Exchange {
  return {
    async put(region, key, body) {
      const Bucket = exchangeBucketName(hub, region);
      const s3 = new S3Client({ maxAttempts: 5, ...config, region });
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket,
            Key: key,
            Body: body,
            ContentType: 'application/octet-stream',
            IfNoneMatch: '*',
          }),
        );
        return true;
      } catch (error) {
        const name = error instanceof Error ? error.name : '';
        if (name === 'PreconditionFailed') return false;
        if (name === 'NoSuchBucket')
          throw new FleetwideError('ExchangeBucketMissing', `s3://${Bucket} in ${region}`);
        if (name === 'AccessDenied')
          throw new FleetwideError('AccessDenied', `s3:PutObject on s3://${Bucket}/${key}`);
        throw error;
      } finally {
        s3.destroy();
      }
    },
  };
}
