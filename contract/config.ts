/** fleetwide.config.json: what is deployed where. */
import { z } from 'zod';
import { DocumentName, OWN_DOCUMENTS } from './documents.ts';
import { AccountId, Region } from './primitives.ts';
import { parseOrThrow, wrong } from './problems.ts';

export const Config = z
  .strictObject({
    hub: z.strictObject({
      account: AccountId.meta({ description: 'The account that dispatches.' }),
      region: Region.meta({
        description: 'Home Region: state machine, functions, results bucket.',
      }),
    }),
    regions: z
      .array(Region)
      .min(1, wrong('names no Region', 'Give at least one'))
      .meta({ description: 'Regions dispatched to; each gets an exchange bucket in the hub.' }),
    externalId: z
      .string()
      .regex(
        /^[\w+=,.@:/-]{16,1224}$/,
        wrong(
          'is no ExternalId',
          'Give 16 or more characters out of letters, digits and _+=,.@:/-',
        ),
      )
      .meta({ description: 'Shared by hub and spokes; without it no spoke role can be assumed.' }),
    organizationId: z
      .string()
      .regex(/^o-[a-z0-9]{10,32}$/, wrong('is no organisation id', 'Write it like o-a1b2c3d4e5'))
      .optional()
      .meta({ description: 'Spokes trust callers of this organisation only.' }),
    accounts: z.array(AccountId).default([]).meta({
      description: 'Without organizationId: the spokes, whose nodes may read artifacts.',
    }),
    documents: z
      .array(DocumentName)
      .min(1, wrong('names no document', 'Name at least one, or leave the field out'))
      .default(OWN_DOCUMENTS)
      .meta({
        description:
          'All documents that spokes let the dispatcher send, by name or ARN. Default: those of the command and script actions.',
      }),
    runbooks: z.array(DocumentName).default([]).meta({
      description:
        'All Automation runbooks that spokes let the dispatcher start, by name or ARN. Default: none.',
    }),
    automationRole: z
      .string()
      .regex(
        /^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
        wrong(
          'is no name of a role',
          'Write it like fleetwide-automation, or ops/restarts with its path',
        ),
      )
      .optional()
      .meta({
        description:
          'Role of every spoke that runbooks act as; it trusts ssm.amazonaws.com. Without it they may do no more than the dispatcher: nothing.',
      }),
    logRetentionDays: z
      .union(
        [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731].map((d) => z.literal(d)),
      )
      .default(90)
      .meta({
        description: 'How long the functions’ logs are kept (days CloudWatch Logs offers).',
      }),
    resultsRetentionDays: z
      .int()
      .min(
        60,
        wrong(
          'is shorter than a dispatch may live',
          'Give at least 60 days: a delivery may take 30',
        ),
      )
      .default(365)
      .meta({ description: 'How long dispatches are kept in the results bucket (days).' }),
  })
  .superRefine((config, ctx) => {
    if (!config.regions.includes(config.hub.region))
      ctx.addIssue({
        code: 'custom',
        path: ['regions'],
        message: wrong(
          `does not hold the home Region ${config.hub.region}`,
          'Add it: the exchange bucket of the home Region stands beside the others',
        ),
      });
  });
export type Config = z.output<typeof Config>;

export const parseConfig = (input: unknown): Config =>
  parseOrThrow(Config, input, 'InvalidConfig', 'fleetwide.config.json');
