/**
 * What the nodes wrote to the exchange bucket of their Region, and how it gets into the results bucket: one
 * object by a copy inside S3, which states the SHA-256 of what it copied, so that no byte of it passes through
 * a function; what has to be joined or converted as a stream, a few MiB at a time.
 */
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { FleetwideError } from '../../contract/errors.ts';
import { exchangeBucketName } from '../../contract/names.ts';
import { problemsOf } from '../../contract/problems.ts';
import { named, nameOf } from './store.ts';
import { type Kept, upload } from './upload.ts';

/** An object of an exchange bucket. */
export interface Delivered {
  readonly key: string;
  readonly bytes: number;
}

export interface Deliveries {
  list(region: string, prefix: string): Promise<Delivered[]>;
  /** The objects, one after the other, as one object of the results bucket. */
  move(region: string, from: readonly Delivered[], key: string): Promise<Kept>;
  /** Their bytes. */
  read(region: string, from: readonly Delivered[]): AsyncIterable<Uint8Array>;
  /** The first bytes of an object. */
  head(region: string, from: Delivered, bytes: number): Promise<Uint8Array>;
  /** The last bytes of an object. */
  end(region: string, from: Delivered, bytes: number): Promise<Uint8Array>;
  /** Copies an object of the results bucket into the exchange bucket of a Region, once. */
  share(key: string, region: string, artifact: string): Promise<void>;
  /** Makes an object of the results bucket out of a stream of any length. */
  put(key: string, chunks: AsyncIterable<Uint8Array>): Promise<Kept>;
}

/** CopyObject copies up to this much at once (S3 API Reference). */
const LARGEST_COPY = 5 * 1024 ** 3;

const Listed = z.array(z.object({ Key: z.string(), Size: z.int() }));
const Copied = z.object({ ChecksumSHA256: z.string().regex(/^[A-Za-z0-9+/]{43}=$/) });

export interface DeliveriesDeps {
  /** Account of the hub. */
  readonly hub: string;
  /** The results bucket. */
  readonly bucket: string;
  readonly config?: S3ClientConfig;
}

export function createDeliveries({ hub, bucket, config = {} }: DeliveriesDeps): Deliveries {
  const home = new S3Client({ maxAttempts: 5, ...config });
  const clients = new Map<string, S3Client>();
  const client = (region: string): S3Client => {
    const known = clients.get(region) ?? new S3Client({ maxAttempts: 5, ...config, region });
    clients.set(region, known);
    return known;
  };
  const get = (region: string, Key: string, Range?: string) =>
    client(region).send(
      new GetObjectCommand({ Bucket: exchangeBucketName(hub, region), Key, Range }),
    );

  async function* read(region: string, from: readonly Delivered[]) {
    for (const { key } of from) {
      const { Body } = await get(region, key);
      if (Body) yield* bytesOf(Body.transformToWebStream());
    }
  }

  const put = (key: string, chunks: AsyncIterable<Uint8Array>) =>
    upload(home, { bucket, key }, chunks);

  const part = async (region: string, key: string, range: string) => {
    const { Body } = await get(region, key, `bytes=${range}`);
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };

  return {
    read,
    put,
    async list(region, prefix) {
      const Bucket = exchangeBucketName(hub, region);
      const found: Delivered[] = [];
      for (let token: string | undefined, first = true; first || token; first = false) {
        const answer = await client(region).send(
          new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: token }),
        );
        const page = Listed.safeParse(answer.Contents ?? []);
        if (!page.success) throw unexpected('ListObjectsV2', page.error);
        found.push(...page.data.map(({ Key, Size }) => ({ key: Key, bytes: Size })));
        token = answer.NextContinuationToken;
      }
      return found;
    },
    async move(region, from, key) {
      const [only] = from;
      if (!only || from.length > 1 || only.bytes > LARGEST_COPY)
        return put(key, read(region, from));
      const answer = await home.send(
        new CopyObjectCommand({
          Bucket: bucket,
          Key: key,
          CopySource: `${exchangeBucketName(hub, region)}/${only.key.split('/').map(encodeURIComponent).join('/')}`,
          ChecksumAlgorithm: 'SHA256',
        }),
      );
      const copied = Copied.safeParse(answer.CopyObjectResult);
      if (!copied.success) throw unexpected('CopyObject', copied.error);
      const sha256 = Buffer.from(copied.data.ChecksumSHA256, 'base64').toString('hex');
      return { bytes: only.bytes, sha256 };
    },
    async share(key, region, artifact) {
      const Bucket = exchangeBucketName(hub, region);
      try {
        await client(region).send(
          new CopyObjectCommand({
            Bucket,
            Key: artifact,
            CopySource: `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
            IfNoneMatch: '*',
            ContentType: 'application/octet-stream',
            MetadataDirective: 'REPLACE',
            TaggingDirective: 'REPLACE',
          }),
        );
      } catch (error) {
        // It is content-addressed: what is there is the same.
        if (nameOf(error) === 'PreconditionFailed') return;
        throw named(error, 's3:PutObject', Bucket, `s3://${Bucket}/${artifact}`);
      }
    },
    head: (region, { key }, bytes) => part(region, key, `0-${bytes - 1}`),
    end: (region, { key }, bytes) => part(region, key, `-${bytes}`),
  };
}

async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
}

const unexpected = (operation: string, error: z.ZodError) =>
  new FleetwideError('UnexpectedAnswer', `s3:${operation}`, problemsOf(error));
