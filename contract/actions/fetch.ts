/** A file, or a directory as one archive, from each node to the hub. */
import * as z from 'zod';
import { wrong } from '../problems.ts';
import { LinuxPath, WindowsPath } from './copy.ts';

/** CopyObject takes this much at once, within S3 (S3 API Reference). */
const MOST_BYTES = 5 * 1024 ** 3;
const USUAL_BYTES = 100 * 1024 ** 2;

const SIZE = `Give 1 to ${MOST_BYTES} (5 GiB)`;

export const FetchAction = z
  .strictObject({
    type: z.literal('fetch'),
    linux: LinuxPath.optional().meta({
      description:
        'For Linux and macOS: path of the file or directory; `~/` is the home of the agent’s user, root.',
    }),
    windows: WindowsPath.optional().meta({
      description: 'For Windows: path of the file or directory.',
    }),
    maxBytes: z
      .int()
      .min(1, wrong('is less than a byte', SIZE))
      .max(MOST_BYTES, wrong('is more than S3 copies at once', SIZE))
      .default(USUAL_BYTES)
      .meta({
        description:
          'Most that one node may send (bytes): what is larger is refused on the node and not cut. Of a directory it is the size of its archive.',
      }),
  })
  .superRefine(({ linux, windows }, ctx) => {
    if (linux === undefined && windows === undefined)
      ctx.addIssue({
        code: 'custom',
        message: wrong('fetches nothing', 'Give linux, windows or both'),
      });
  })
  .meta({
    description:
      'A file, or a directory as one archive (tar, gzipped), from each node into the results bucket. The node states size and SHA-256 of what it read, and what arrives is held against both. It takes the way of output "s3": the agent brings it to the exchange bucket of its Region, so nodes need no tools, and as much free space as the file has.',
  });

/** The last part of a path, as the name of an object. */
export const fetchedName = (path: string, kind: 'file' | 'directory'): string => {
  const name = path
    .replace(/^.*[\\/]/s, '')
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^[.-]/, '_')
    .slice(-100);
  return kind === 'directory' ? `${name}.tar.gz` : name;
};
