/** Any Command document. */
import * as z from 'zod';
import { DocumentName } from '../documents.ts';
import { AgentVersion } from '../primitives.ts';
import { wrong } from '../problems.ts';
import { NUL } from './text.ts';

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
    agentAtLeast: AgentVersion.optional().meta({
      description:
        'Version of the agent that the document needs (`interpolationType: ENV_VAR` needs 3.3.2746.0): nodes with an older one are skipped.',
    }),
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
