/** Lines for the platform's shell. */
import { z } from 'zod';
import { wrong } from '../problems.ts';
import { INTERPOLATION, type Literal, NUL } from './text.ts';

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

export function* literals(action: z.output<typeof CommandAction>): Iterable<Literal> {
  for (const platform of ['linux', 'windows'] as const)
    for (const [i, line] of (action[platform] ?? []).entries()) yield [[platform, i], line];
}
