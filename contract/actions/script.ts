/** A script with arguments and environment. */
import { z } from 'zod';
import { wrong } from '../problems.ts';
import { Datum, type Literal, SURROGATE } from './text.ts';

/** The shell that starts the script sets these itself, so a value would not arrive. */
const SHELLS_OWN =
  /^(_|PWD|OLDPWD|PPID|UID|EUID|GROUPS|SHLVL|SHELLOPTS|OPTIND|OPTARG|LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|HISTCMD|DIRSTACK|FUNCNAME|PIPESTATUS|BASH.*|fleetwide_.*|FLEETWIDE_.*)$/;

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

export function* literals(action: z.output<typeof ScriptAction>): Iterable<Literal> {
  yield [['text'], action.text];
  for (const [i, value] of action.arguments.entries()) yield [['arguments', i], value];
  for (const [name, value] of Object.entries(action.environment))
    yield [['environment', name], value, name];
}
