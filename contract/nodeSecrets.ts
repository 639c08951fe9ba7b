/** Which secrets nodes may read: what actions name under `secrets` and `runAs`. */
import { z } from 'zod';
import { wrong } from './problems.ts';

export const NodeSecrets = z.strictObject({
  parameters: z
    .array(
      z
        .string()
        .regex(
          /^[\w./*-]+$/,
          wrong('is no name of a parameter', 'Write /app/db/password, or /app/* for all below'),
        ),
    )
    .default([])
    .meta({
      description:
        'Names of parameters of each account; `*` stands for anything. Nodes with an instance profile may read all parameters anyway (AmazonSSMManagedInstanceCore).',
    }),
  secrets: z
    .array(
      z
        .string()
        .regex(
          /^[\w/+=.@*-]+$/,
          wrong('is no name of a secret', 'Write app/db, or app/* for all below'),
        ),
    )
    .default([])
    .meta({ description: 'Names of secrets of Secrets Manager, in each account.' }),
  keys: z
    .array(
      z
        .string()
        .regex(
          /^arn:aws[a-z-]*:kms:([a-z0-9-]+|\*):(\d{12}|\*):key\/[\w*-]+$/,
          wrong('is no ARN of a key', 'Write arn:aws:kms:eu-west-1:111122223333:key/…'),
        ),
    )
    .default([])
    .meta({
      description: 'KMS keys that encrypt them, where those are not the ones that AWS manages.',
    }),
});
export type NodeSecrets = z.output<typeof NodeSecrets>;
