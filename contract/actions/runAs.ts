/** Who an action runs as, where it is not root or SYSTEM. */
import { z } from 'zod';
import { wrong } from '../problems.ts';
import { SecretReference } from './secrets.ts';

export const RunAs = z
  .strictObject({
    linux: z
      .string()
      .regex(
        /^[a-z_][a-z0-9_.-]{0,31}$/i,
        wrong('is no name of a user', 'Write it as `id` knows it, like app'),
      )
      .optional()
      .meta({
        description:
          'For Linux and macOS: a user of the node. It gets a clean environment: PATH, HOME, USER, LOGNAME, SHELL and what the action gives.',
      }),
    windows: z
      .strictObject({
        user: z
          .string()
          .max(104)
          .regex(
            /^[^\\/:*?"<>|[\];=,+@\s][^\\/:*?"<>|[\];=,+@]*\\[^\\/:*?"<>|[\];=,+@]+$/,
            wrong('is no user', 'Write DOMAIN\\user, or .\\user for one of the node itself'),
          )
          .meta({ description: '`DOMAIN\\user`; it may log on as a batch job.' }),
        password: SecretReference,
      })
      .optional()
      .meta({
        description:
          'For Windows: a user, and where its password is kept. It is read on the node and handed to the Task Scheduler, which starts the script.',
      }),
  })
  .superRefine(({ linux, windows }, ctx) => {
    if (linux === undefined && windows === undefined)
      ctx.addIssue({
        code: 'custom',
        message: wrong('names no user', 'Give linux, windows or both, or leave runAs out'),
      });
  })
  .meta({
    description:
      'Who it runs as. Default: root and SYSTEM. Nodes of a platform for which it names no user are skipped.',
  });
export type RunAs = z.output<typeof RunAs>;
