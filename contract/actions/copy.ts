/** A file, or a directory as one archive, from the hub or from one node to the nodes. */
import * as z from 'zod';
import { NodeId } from '../primitives.ts';
import { ALL_AT_ONCE, wrong } from '../problems.ts';
import { FileName } from './fileName.ts';
import { baseName, S3Object } from './object.ts';
import { Datum, SURROGATE } from './text.ts';

/** StartExecution takes 256 KiB in all. */
const MOST = 180_000;

const USER = String.raw`[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}`;

const Base64 = z.base64({ error: wrong('is no base64', 'Encode the bytes as base64') });

const Path = z
  .string()
  .max(4096)
  .refine((path) => path.isWellFormed(), SURROGATE);

export const LinuxPath = Path.regex(
  /^~?\/[^\0]*[^/\0]$/,
  wrong(
    'is no absolute path',
    'Give one, like /etc/app.conf or ~/app.conf, without a slash at its end',
  ),
).refine(
  (path) => !path.split('/').some((part) => part === '..' || part === '.'),
  wrong('holds . or ..', 'Give the path as it is'),
);

export const WindowsPath = Path.regex(
  /^[A-Za-z]:[\\/](?:[^\0<>:"/\\|?*]+[\\/])*[^\0<>:"/\\|?*]+$/,
  wrong('is no absolute path', 'Give one, like C:\\ProgramData\\app.conf'),
).refine(
  (path) => !path.split(/[\\/]/).some((part) => part === '..' || part === '.'),
  wrong('holds . or ..', 'Give the path as it is'),
);

/** CopyObject takes this much at once, within S3 (S3 API Reference). */
const MOST_BYTES = 5 * 1024 ** 3;
const USUAL_BYTES = 100 * 1024 ** 2;
const SIZE = `Give 1 to ${MOST_BYTES} (5 GiB)`;

/** Most that one node may send to the hub (bytes). */
export const MaxBytes = z
  .int()
  .min(1, wrong('is less than a byte', SIZE))
  .max(MOST_BYTES, wrong('is more than S3 copies at once', SIZE))
  .default(USUAL_BYTES);

const SourceNode = z
  .strictObject({
    id: NodeId.meta({
      description:
        'The node that has it, in one of the accounts and Regions of the targets; whether they pick it does not matter.',
    }),
    path: z
      .union([LinuxPath, WindowsPath], {
        error: wrong('is no absolute path', 'Give one, like /etc/app.conf or C:\\app.conf'),
      })
      .meta({ description: 'Where it is there.' }),
    maxBytes: MaxBytes.meta({
      description:
        'Most that it may have (bytes); of a directory its archive. What is larger is refused on the node.',
    }),
  })
  .meta({
    description:
      'The content as one node of the fleet has it. That node comes first, alone in its wave; the others get what it gave, and nothing if it gave nothing.',
  });

export const CopyAction = z
  .strictObject({
    type: z.literal('copy'),
    text: Datum.optional().meta({ description: 'The content, where it is short and text.' }),
    base64: Base64.optional().meta({
      description: 'The content, where it is short: its bytes as base64.',
    }),
    object: S3Object.optional().meta({
      description: 'The content as an object of S3. `fleetwide run --copy` puts it there.',
    }),
    node: SourceNode.optional(),
    name: FileName.optional().meta({
      description:
        'Name under which it travels. Default: that of the object or of the path, or `file`.',
    }),
    directory: z.boolean().default(false).meta({
      description:
        'Whether the content is a directory as one archive (tar, gzipped): the path then is a directory that holds what the archive holds, and nothing else.',
    }),
    linux: z
      .strictObject({
        path: LinuxPath.meta({
          description:
            'Where it goes; `~/` is the home of the agent’s user, root. Directories above it are made where they are missing.',
        }),
        owner: z
          .string()
          .regex(
            new RegExp(`^${USER}(:${USER})?$`),
            wrong('is no owner', 'Write it like app, app:app or 1000:1000'),
          )
          .optional()
          .meta({
            description:
              'User, or user:group. Default: that of the file that is replaced, else root. Of a directory: of all that is in it.',
          }),
        mode: z
          .string()
          .regex(/^[0-7]{3,4}$/, wrong('is no mode', 'Write it in octal and quote it, like "0640"'))
          .optional()
          .meta({ description: 'Default: that of the file that is replaced, else 0644.' }),
      })
      .optional()
      .meta({ description: 'For Linux and macOS.' }),
    windows: z
      .strictObject({
        path: WindowsPath.meta({
          description:
            'Where it goes. A file that is replaced keeps its access rights, a new one has those of its directory.',
        }),
        owner: z
          .string()
          .max(256)
          .regex(
            /^[^\0\r\n"/:*?<>|]+$/,
            wrong('is no owner', 'Write it like CORP\\svc or BUILTIN\\Administrators'),
          )
          .optional()
          .meta({ description: 'Default: as it comes.' }),
      })
      .optional()
      .meta({ description: 'For Windows.' }),
    delivery: z
      .enum(['s3', 'inline'], { error: wrong('expected "s3" or "inline"', 'Give one of the two') })
      .default('s3')
      .meta({
        description:
          '"s3": through the exchange bucket of the Region and AWS-RunRemoteScript. "inline": within the command itself, for small files and nodes that do not reach S3.',
      }),
  })
  .superRefine(({ text, base64, object, node, directory, linux, windows, delivery }, ctx) => {
    const add = (path: string[], message: string, remedy: string) =>
      ctx.addIssue({ code: 'custom', path, message: wrong(message, remedy) });
    const given = Object.entries({ text, base64, object, node }).filter(([, v]) => v !== undefined);
    if (given.length !== 1)
      add(
        [],
        given.length === 0 ? 'has no content' : `has ${given.length} contents`,
        'Give exactly one of text, base64, object, node',
      );
    for (const [name, value = ''] of Object.entries({ text, base64 }))
      if (new TextEncoder().encode(value).length > MOST)
        add([name], `is longer than ${MOST} bytes`, 'Put it into S3 and give it as an object');
    if (!linux && !windows) add([], 'goes nowhere', 'Give linux, windows or both');
    if (directory && text !== undefined)
      add(['text'], 'is no archive', 'Give a directory as base64, as an object or from a node');
    if (directory && linux?.mode !== undefined)
      add(['linux', 'mode'], 'stands beside an archive', 'Remove it: an archive holds the modes');
    if (node && delivery === 'inline')
      add(
        ['delivery'],
        'is "inline", but the file of a node does not travel in a command',
        'Leave it out',
      );
    if (object && delivery === 'inline')
      add(
        ['delivery'],
        'is "inline", but an object of S3 does not travel in a command',
        'Leave it out, or give the content as text or base64',
      );
  }, ALL_AT_ONCE)
  .meta({
    description:
      'A file, or a directory as one archive, put onto nodes: out of the request, out of S3, or from one of the nodes. It is written beside its destination, its SHA-256 is verified, and then it takes the destination’s place by a rename: nobody sees half of it. (A directory takes two renames, so for a moment there is none.)',
  });

export const copyName = ({ name, object, node, directory }: z.output<typeof CopyAction>): string =>
  name ??
  (object
    ? baseName(object.uri)
    : node
      ? fetchedName(node.path, directory ? 'directory' : 'file')
      : 'file');

/** The last part of a path, as the name of an object. */
export const fetchedName = (path: string, kind: 'file' | 'directory'): string => {
  const name = path
    .replace(/^.*[\\/]/s, '')
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^[.-]/, '_')
    .slice(-90);
  return kind === 'directory' ? `${name}.tar.gz` : name;
};
