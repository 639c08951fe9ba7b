/** An object of S3 that an action takes to the nodes. */
import { z } from 'zod';
import { wrong } from '../problems.ts';

const URI = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^\0]{1,1024})$/s;

export const S3Object = z
  .strictObject({
    uri: z
      .string()
      .refine(
        (uri) => URI.test(uri) && uri.isWellFormed() && !uri.endsWith('/'),
        wrong('is no object of S3', 'Write it like s3://my-bucket/releases/app.tar.gz'),
      )
      .meta({ description: '`s3://<bucket>/<key>`, any Region.' }),
    sha256: z
      .string()
      .regex(
        /^[0-9a-f]{64}$/,
        wrong('expected a SHA-256', 'Give 64 hex digits, as sha256sum prints them'),
      )
      .optional()
      .meta({
        description:
          'What it must be: anything else is refused before anything is sent. Default: what it is when the dispatch starts, which is what every node then gets.',
      }),
  })
  .meta({
    description:
      'An object of S3 that the hub may read: in a bucket that `sources` of fleetwide.config.json names, or uploaded by the command line. It is copied into the exchange bucket of each Region under its SHA-256.',
  });
export type S3Object = z.output<typeof S3Object>;

export interface Place {
  readonly bucket: string;
  readonly key: string;
}

export function placeOf(uri: string): Place {
  const [, bucket, key] = URI.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`${uri} is no object of S3`);
  return { bucket, key };
}

/** The last part of its key, as a name that files can have. */
export const baseName = (uri: string): string =>
  placeOf(uri)
    .key.replace(/^.*\//s, '')
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^[.-]/, '_')
    .slice(-100);
