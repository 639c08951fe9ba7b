/** Lines for the platform's shell. */
import * as z from 'zod';
import { ALL_AT_ONCE, wrong } from '../problems.ts';
import { RunAs } from './runAs.ts';
import { Secrets } from './secrets.ts';
import { INTERPOLATION, NUL } from './text.ts';

const Line = z.string().refine((line) => !line.includes('\0'), NUL);

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
    braces: z
      .enum(['refused', 'kept'], {
        error: wrong('expected "refused" or "kept"', 'Give one of the two'),
      })
      .default('refused')
      .meta({
        description:
          'What becomes of `{{`, which Systems Manager would replace in lines that are sent as they are. "refused": such a line is a mistake. "kept": the lines are sent encoded and arrive as they are written.',
      }),
    secrets: Secrets,
    runAs: RunAs.optional(),
  })
  .superRefine(({ braces, ...action }, ctx) => {
    if (braces !== 'refused') return;
    for (const platform of ['linux', 'windows'] as const)
      for (const [i, line] of [action[platform] ?? []].flat().entries())
        if (typeof line === 'string' && INTERPOLATION.test(line))
          ctx.addIssue({
            code: 'custom',
            path: [platform, i],
            message: wrong(
              'holds "{{", which Systems Manager would replace before the shell sees it',
              'Give braces: "kept", or send it as a script action, whose text arrives as it is',
            ),
          });
  }, ALL_AT_ONCE)
  .superRefine(({ linux, windows }, ctx) => {
    if (!linux && !windows)
      ctx.addIssue({
        code: 'custom',
        message: wrong('has nothing to run', 'Give linux, windows or both'),
      });
  }, ALL_AT_ONCE)
  .meta({
    description:
      'Lines for the platform’s shell, run through AWS-RunShellScript (linux, as root) and AWS-RunPowerShellScript (windows, as SYSTEM). Nodes of a platform without lines are skipped.',
  });
