/** The exchange buckets of the Regions, as the hub sees them: what it puts there, nodes fetch. */
import {
  CopyObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { placeOf } from '../../contract/actions/object.ts';
import { FleetwideError } from '../../contract/errors.ts';
import { exchangeBucketName } from '../../contract/names.ts';
import { reasonOf } from './reasons.ts';
import type { Source } from './sources.ts';

export interface Exchange {
  /** Puts a content-addressed object once: false when it is there already. */
  put(region: string, key: string, body: string | Uint8Array): Promise<boolean>;
  /**
   * Copies an object of S3 there once, within S3: false when it is there already, or when the source is not
   * what it was (S3 answers both alike).
   */
  copy(region: string, key: string, source: Source): Promise<boolean>;
}

export function createExchange(hub: string, config: S3ClientConfig = {}): Exchange {
  /** Does something with the bucket of a Region on condition that the key is not there. */
  const once = async (
    region: string,
    key: string,
    act: (s3: S3Client, Bucket: string) => Promise<unknown>,
  ): Promise<boolean> => {
    const bucket = exchangeBucketName(hub, region);
    const s3 = new S3Client({ maxAttempts: 5, ...config, region });
    try {
      await act(s3, bucket);
      return true;
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (name === 'PreconditionFailed') return false;
      if (name === 'NoSuchBucket')
        throw new FleetwideError('ExchangeBucketMissing', `s3://${bucket} in ${region}`);
      if (name === 'AccessDenied')
        throw new FleetwideError(
          'AccessDenied',
          `${reasonOf(error, 's3:PutObject').action} for s3://${bucket}/${key}`,
        );
      throw error;
    } finally {
      s3.destroy();
    }
  };
  const ContentType = 'application/octet-stream';
  return {
    put: (region, Key, Body) =>
      once(region, Key, (s3, Bucket) =>
        s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, IfNoneMatch: '*' })),
      ),
    copy: (region, Key, source) =>
      once(region, Key, (s3, Bucket) => {
        const from = placeOf(source.uri);
        return s3.send(
          new CopyObjectCommand({
            Bucket,
            Key,
            CopySource: `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`,
            CopySourceIfMatch: source.etag,
            IfNoneMatch: '*',
            ContentType,
            MetadataDirective: 'REPLACE',
            // The tags are its owner's; copying them takes permissions that reading it does not.
            TaggingDirective: 'REPLACE',
          }),
        );
      }),
  };
}
