/** What a dispatch does on each node: exactly one of these per request. */
import { z } from 'zod';
import { DocumentName } from './documents.ts';
import { wrong } from './problems.ts';
import { SECRET_REMEDY, secretIn, secretNamed } from './secrets.ts';

/** SSM replaces `{{ … }}` in a document's parameters (DescribeDocument: Parameter Store references). */
const INTERPOLATION = /\{\{/;
const NUL = wrong('holds a NUL', 'Remove it');
/** Half of a surrogate pair: no text in UTF-8 has one. */
const SURROGATE = wrong('is no Unicode text', 'Remove the lone surrogate');

const Line = z
  .string()
  .refine(
    (line) => !INTERPOLATION.test(line),
    wrong(
      'holds "{{", which Systems Manager would replace before the shell sees it',
      'Write "{" "{" apart, e.g. with printf, or send it as a script action, whose text arrives as it is',
    ),
  )
  .refine((line) => !line.includes('\0'), NUL);

const Lines = z
  .array(Line)
  .min(1, wrong('holds no line', 'Give at least one line to run'))
  .refine(
    (lines) => lines.some((line) => line.trim() !== ''),
    wrong('holds only blank lines', 'Give at least one line to run'),
  );

const Directory = z
  .string()
  .min(1)
  .max(4096)
  .refine((d) => !INTERPOLATION.test(d), wrong('holds "{{"', 'Give a plain path'))
  .refine((d) => !d.includes('\0'), NUL);

export const CommandAction = z
  .strictObject({
    type: z.literal('command'),
    linux: Lines.optional().meta({
      description:
        'For Linux and macOS: lines of one script for the node’s `sh`; its exit code is that of the last one.',
    }),
    windows: Lines.optional().meta({
      description: 'For Windows: lines of one PowerShell script.',
    }),
    workingDirectory: Directory.optional().meta({
      description: 'Where the script starts. Default: the agent’s own directory.',
    }),
  })
  .superRefine(({ linux, windows }, ctx) => {
    if (!linux && !windows)
      ctx.addIssue({
        code: 'custom',
        message: wrong('has nothing to run', 'Give linux, windows or both'),
      });
  })
  .meta({
    description:
      'Lines for the platform’s shell, run as root through AWS-RunShellScript (linux) and as SYSTEM through AWS-RunPowerShellScript (windows). Nodes of a platform without lines are skipped.',
  });

export const DocumentAction = z
  .strictObject({
    type: z.literal('document'),
    name: DocumentName.meta({
      description:
        'Name of an AWS or own Command document, or the ARN of a shared one (`*` for its Region: each shard’s own). It must be among the `documents` of fleetwide.config.json.',
    }),
    version: z
      .string()
      .regex(
        /^(\$DEFAULT|\$LATEST|[1-9][0-9]{0,8})$/,
        wrong('expected a document version', 'Give "$DEFAULT", "$LATEST" or a number like "3"'),
      )
      .optional()
      .meta({ description: 'Default: $DEFAULT.' }),
    hash: z
      .string()
      .regex(
        /^[0-9a-f]{64}$/,
        wrong('expected a SHA-256', 'Give 64 hex digits, as DescribeDocument shows them in Hash'),
      )
      .optional()
      .meta({ description: 'SHA-256 of its content: another content is refused by each shard.' }),
    parameters: z
      .record(
        z.string().min(1),
        z.array(
          z
            .string()
            .refine(
              (value) => !/\{\{\s*ssm-secure:/.test(value),
              wrong(
                'holds {{ssm-secure:…}}, which Run Command does not resolve in parameters',
                'Read the secret on the node, with its own role',
              ),
            )
            .refine((value) => !value.includes('\0'), NUL),
        ),
      )
      .default({})
      .meta({
        description:
          'As the document declares them. Given to Systems Manager as they are: it replaces {{ssm:name}} by the parameter of that name in each account and Region.',
      }),
  })
  .meta({
    description:
      'Any Command document. Its own timeouts hold: executionSeconds is not given to it, only reckoned with.',
  });

/** The shell that starts the script sets these itself, so a value would not arrive. */
const SHELLS_OWN =
  /^(_|PWD|OLDPWD|PPID|UID|EUID|GROUPS|SHLVL|SHELLOPTS|OPTIND|OPTARG|LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|HISTCMD|DIRSTACK|FUNCNAME|PIPESTATUS|BASH.*|fleetwide_.*|FLEETWIDE_.*)$/;

const Datum = z
  .string()
  .refine((value) => !value.includes('\0'), NUL)
  .refine((value) => value.isWellFormed(), SURROGATE);

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
      .meta({
        description:
          'The script, whole. It arrives byte for byte, `{{ … }}` too: nothing in it is replaced.',
      }),
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
        wrong(
          'cannot be the name of the script’s file',
          'Give up to 100 letters, digits and _.- that start with a letter, digit or _',
        ),
      )
      .default('script')
      .meta({ description: 'Name of its file.' }),
    arguments: z.array(Datum).default([]).meta({
      description: 'Data, not shell code: each arrives byte for byte, whatever it holds.',
    }),
    environment: z
      .record(
        z
          .string()
          .regex(
            /^[A-Za-z_][A-Za-z0-9_]*$/,
            wrong('is no name of a variable', 'Use letters, digits and _, no digit in front'),
          )
          .refine(
            (name) => !SHELLS_OWN.test(name),
            wrong('is a variable that shells set themselves', 'Use another name'),
          ),
        Datum,
      )
      .default({})
      .meta({ description: 'Variables for the script; data, as the arguments are.' }),
    interpreter: z
      .union(
        [
          z.enum(['sh', 'bash', 'python3']),
          z
            .string()
            .regex(/^\/[^\0]+$/)
            .refine((path) => path.isWellFormed()),
        ],
        {
          error: wrong('cannot interpret a script', 'Give sh, bash, python3 or an absolute path'),
        },
      )
      .optional()
      .meta({
        description: 'Default: what the script’s first line (#!) says, and `sh` if it has none.',
      }),
    workingDirectory: z
      .string()
      .regex(/^\/[^\0]*$/, wrong('is no absolute path', 'Give one, like /srv/app'))
      .max(4096)
      .refine((path) => path.isWellFormed(), SURROGATE)
      .optional()
      .meta({ description: 'Where it starts. Default: the directory it was put into.' }),
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
  .meta({
    description:
      'A script for Linux nodes, with arguments and environment. Its SHA-256 is verified on the node before it runs.',
  });

const AnyAction = z.discriminatedUnion('type', [CommandAction, ScriptAction, DocumentAction], {
  error: wrong(
    'expected an action',
    'Give {"type": "command", "linux": ["uptime"]}, or one of type "script" or "document"',
  ),
});
export type Action = z.output<typeof AnyAction>;

export const Action = AnyAction.superRefine((action, ctx) => {
  for (const [path, value, name] of literals(action)) {
    const secret = name === undefined ? secretIn(value) : secretNamed(name, value);
    // The value itself stays out of the message, which is logged and shown.
    if (secret)
      ctx.addIssue({
        code: 'custom',
        path: [...path],
        message: wrong(`looks like ${secret}`, SECRET_REMEDY),
      });
  }
});

type Literal = readonly [path: readonly (string | number)[], value: string, name?: string];

function* literals(action: Action): Iterable<Literal> {
  switch (action.type) {
    case 'command':
      for (const platform of ['linux', 'windows'] as const)
        for (const [i, line] of (action[platform] ?? []).entries()) yield [[platform, i], line];
      return;
    case 'script':
      yield [['text'], action.text];
      for (const [i, value] of action.arguments.entries()) yield [['arguments', i], value];
      for (const [name, value] of Object.entries(action.environment))
        yield [['environment', name], value, name];
      return;
    case 'document':
      for (const [name, values] of Object.entries(action.parameters))
        for (const [i, value] of values.entries()) yield [['parameters', name, i], value, name];
  }
}
