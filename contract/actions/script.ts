/** A script with arguments and environment. */
import * as z from 'zod';
import { ALL_AT_ONCE, wrong } from '../problems.ts';
import { Environment } from './environment.ts';
import { FileName } from './fileName.ts';
import { baseName, S3Object } from './object.ts';
import { RunAs } from './runAs.ts';
import { Secrets } from './secrets.ts';
import { Datum, SURROGATE } from './text.ts';

/** Of Linux and macOS, of Windows, or of a Windows share. */
const ABSOLUTE = /^(\/|[A-Za-z]:[\\/]|\\\\[^\\])[^\0]*$/;

export const isWindowsPath = (path: string): boolean => !path.startsWith('/');

/** StartExecution takes 256 KiB in all. */
const MOST_TEXT = 180_000;

export const ScriptAction = z
  .strictObject({
    type: z.literal('script'),
    text: Datum.min(1, wrong('is empty', 'Give the text of the script'))
      .refine(
        (text) => new TextEncoder().encode(text).length <= MOST_TEXT,
        wrong(`is longer than ${MOST_TEXT} bytes`, 'Let a short script fetch the rest'),
      )
      .optional()
      .meta({
        description:
          'The script, whole. It arrives byte for byte, `{{ … }}` too: nothing in it is replaced.',
      }),
    object: S3Object.optional().meta({
      description: 'Instead of text: the script as an object of S3.',
    }),
    name: FileName.optional().meta({
      description:
        'Name of its file. Default: that of the object, or `script`. One that ends with .ps1 is for PowerShell.',
    }),
    arguments: z.array(Datum).default([]).meta({
      description: 'Data, not shell code: each arrives byte for byte, whatever it holds.',
    }),
    environment: Environment.meta({
      description: 'Variables for the script; data, as the arguments are.',
    }),
    secrets: Secrets,
    runAs: RunAs.optional(),
    interpreter: z
      .union(
        [
          z.enum(['sh', 'bash', 'python3', 'pwsh', 'powershell']),
          z
            .string()
            .regex(ABSOLUTE)
            .refine((path) => path.isWellFormed()),
        ],
        {
          error: wrong(
            'cannot interpret a script',
            'Give sh, bash, python3, pwsh, powershell or an absolute path',
          ),
        },
      )
      .optional()
      .meta({
        description:
          'sh, bash and paths like /usr/bin/perl: Linux and macOS. powershell (which every Windows has) and paths like C:\\Ruby\\ruby.exe: Windows. python3 and pwsh: where they are installed. Default: what the script’s first line (#!) says, and `sh` if it has none; `powershell` for a name that ends with .ps1.',
      }),
    workingDirectory: z
      .string()
      .regex(ABSOLUTE, wrong('is no absolute path', 'Give one, like /srv/app or C:\\app'))
      .max(4096)
      .refine((path) => path.isWellFormed(), SURROGATE)
      .optional()
      .meta({
        description:
          'Where it starts, on nodes of the platform that has such paths. Default: the directory it was put into.',
      }),
    delivery: z
      .enum(['s3', 'inline'], {
        error: wrong('expected "s3" or "inline"', 'Give one of the two'),
      })
      .default('s3')
      .meta({
        description:
          '"s3": through the exchange bucket of the Region and AWS-RunRemoteScript. "inline": within the command itself, for small scripts and nodes that do not reach S3.',
      }),
  })
  .superRefine(({ text, object, delivery, environment, secrets }, ctx) => {
    if ((text === undefined) === (object === undefined))
      ctx.addIssue({
        code: 'custom',
        message: wrong(
          text === undefined ? 'has no script' : 'has two scripts',
          'Give exactly one of text, object',
        ),
      });
    if (object && delivery === 'inline')
      ctx.addIssue({
        code: 'custom',
        path: ['delivery'],
        message: wrong(
          'is "inline", but an object of S3 does not travel in a command',
          'Leave it out, or give the script as text',
        ),
      });
    for (const name of Object.keys(Object(environment)))
      if (Object.hasOwn(Object(secrets), name))
        ctx.addIssue({
          code: 'custom',
          path: ['secrets', name],
          message: wrong('stands in environment too', 'Remove one of the two'),
        });
  }, ALL_AT_ONCE)
  .meta({
    description:
      'A script with arguments and environment, as root or SYSTEM unless runAs says otherwise. Its SHA-256 is verified on the node before it runs. Its exit code is the outcome; of PowerShell that of `exit`, else of the last program it ran, and 1 after an error that stopped it.',
  });

export const scriptName = ({ name, object }: z.output<typeof ScriptAction>): string =>
  name ?? (object ? baseName(object.uri) : 'script');
