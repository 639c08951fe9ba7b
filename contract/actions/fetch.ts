/** A file, or a directory as one archive, from each node to the hub. */
import * as z from 'zod';
import { ALL_AT_ONCE, wrong } from '../problems.ts';
import { LinuxPath, MaxBytes, WindowsPath } from './copy.ts';

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
    maxBytes: MaxBytes.meta({
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
  }, ALL_AT_ONCE)
  .meta({
    description:
      'A file, or a directory as one archive (tar, gzipped), from each node into the results bucket. The node states size and SHA-256 of what it read, and what arrives is held against both. It takes the way of output "s3": the agent brings it to the exchange bucket of its Region, so nodes need no tools, and as much free space as the file has.',
  });
