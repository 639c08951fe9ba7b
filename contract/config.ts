/** fleetwide.config.json: what is deployed where. */
import * as z from 'zod';
import { DocumentName, OWN_DOCUMENTS } from './documents.ts';
import { Endpoints, Nodes, Onboarding } from './onboarding.ts';
import { NodeSecrets } from './nodeSecrets.ts';
import { AccountId, OrganizationId, Region } from './primitives.ts';
import { Notifications } from './notifications.ts';
import { parseOrThrow, wrong } from './problems.ts';
import { Schedule } from './schedule.ts';

/**
 * A bucket policy takes 20,480 bytes (S3 User Guide, "Bucket policies"), and each account's ARN stands in
 * three statements of it, some 40 bytes each time.
 */
const MOST_ACCOUNTS = 150;

/** Stack instances of a stack set (CloudFormation User Guide, "CloudFormation quotas"). */
const MOST_INSTANCES = 100_000;

/** A cross-check runs when the fields it looks at are right, whatever else is wrong: all problems at once. */
const looksAt = (...fields: readonly string[]) => ({
  when: ({ issues }: z.core.ParsePayload) =>
    issues.every(({ path = [] }) => path.length > 0 && !fields.includes(String(path[0]))),
});

export const Config = z
  .strictObject({
    hub: z
      .strictObject({
        account: AccountId.meta({ description: 'The account that dispatches.' }),
        region: Region.meta({
          description: 'Home Region: state machine, functions, results bucket.',
        }),
      })
      .meta({ description: 'Where the hub is.' }),
    regions: z
      .array(Region)
      .min(1, wrong('names no Region', 'Give at least one'))
      .refine(
        (all) => new Set(all).size === all.length,
        wrong('names a Region twice', 'Remove the second one'),
      )
      .meta({ description: 'Regions dispatched to; each gets an exchange bucket in the hub.' }),
    externalId: z
      .string()
      .regex(
        /^[\w+=,.@:/-]{16,1224}$/,
        wrong(
          'is no ExternalId',
          'Give 16 or more characters out of letters, digits and _+=,.@:/-, or leave it out to have one made',
        ),
      )
      .meta({
        description:
          'Shared by hub and spokes; without it no spoke role can be assumed. When it is left out, one is generated and kept in a file beside this one.',
      }),
    organizationId: OrganizationId.optional().meta({
      description: 'Spokes trust callers of this organisation only.',
    }),
    accounts: z
      .array(AccountId)
      .max(
        MOST_ACCOUNTS,
        wrong(
          `names more than ${MOST_ACCOUNTS} accounts`,
          'A bucket policy has no room for them: give organizationId instead',
        ),
      )
      .default([])
      .meta({
        description:
          'Without organizationId: the spokes, whose nodes may read artifacts and write output.',
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
    sources: z
      .array(
        z
          .string()
          .regex(
            /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^*?\0]*)?$/,
            wrong(
              'names no bucket',
              'Write my-bucket, or my-bucket/releases/ for what begins with releases/',
            ),
          ),
      )
      .default([])
      .meta({
        description:
          'Buckets, or prefixes in them, out of which requests may take scripts and files.',
      }),
    logRetentionDays: z
      .union(
        [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731].map((d) => z.literal(d)),
      )
      .default(90)
      .meta({ description: 'How long logs are kept (days CloudWatch Logs offers).' }),
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
    encryption: z
      .enum(['SSE-S3', 'KMS'], {
        error: wrong('expected SSE-S3 or KMS', 'Give one of the two, or leave it out'),
      })
      .default('SSE-S3')
      .meta({
        description:
          'How the buckets are encrypted. SSE-S3: by keys of S3. KMS: by a customer managed key for each bucket, which is made with it and lets in whom the bucket does.',
      }),
    keepBuckets: z.boolean().default(true).meta({
      description: 'Whether the buckets outlive their stacks. If not, they must be empty to go.',
    }),
    secrets: NodeSecrets.prefault({}).meta({
      description: 'Secrets that nodes may read, for actions that name them. Default: none.',
    }),
    nodes: Nodes.prefault({}).meta({ description: 'What a node is, and which are reachable.' }),
    endpoints: Endpoints.optional().meta({
      description: 'VPC endpoints, for accounts that opt in. Default: none.',
    }),
    notifications: Notifications.prefault({}).meta({
      description: 'Who is written to about dispatches, and about what.',
    }),
    schedules: z
      .array(Schedule)
      .refine(
        (all) => new Set(all.map(({ name }) => name)).size === all.length,
        wrong('names a schedule twice', 'Give each its own name'),
      )
      .default([])
      .meta({ description: 'Schedules that are deployed with the hub (docs/schedules.md).' }),
    onboarding: Onboarding.optional().meta({
      description: 'StackSets that make accounts spokes. Default: each is deployed by hand.',
    }),
  })
  .superRefine(
    ({ regions, hub }, ctx) => {
      if (!regions.includes(hub.region))
        ctx.addIssue({
          code: 'custom',
          path: ['regions'],
          message: wrong(
            `does not hold the home Region ${hub.region}`,
            'Add it: the exchange bucket of the home Region stands beside the others',
          ),
        });
    },
    looksAt('hub', 'regions'),
  )
  .superRefine(
    ({ organizationId, accounts, onboarding }, ctx) => {
      if (onboarding?.organizationalUnits && !organizationId)
        ctx.addIssue({
          code: 'custom',
          path: ['organizationId'],
          message: wrong(
            'missing, but organizational units are onboarded',
            'Give the id of the organisation they belong to',
          ),
        });
      if (organizationId && accounts.length > 0)
        ctx.addIssue({
          code: 'custom',
          path: ['accounts'],
          message: wrong('stands beside organizationId', 'Remove it: the whole organisation may'),
        });
      const named = new Set([...accounts, ...(onboarding?.accounts ?? [])]);
      if (!organizationId && named.size > MOST_ACCOUNTS)
        ctx.addIssue({
          code: 'custom',
          path: ['onboarding', 'accounts'],
          message: wrong(
            `together with accounts, names ${named.size} accounts, more than ${MOST_ACCOUNTS}`,
            'A bucket policy has no room for them: give organizationId as well',
          ),
        });
    },
    looksAt('organizationId', 'accounts', 'onboarding'),
  )
  .superRefine(
    ({ regions, onboarding }, ctx) => {
      for (const [i, unit] of (onboarding?.organizationalUnits ?? []).entries())
        for (const [j, region] of (unit.regions ?? []).entries())
          if (!regions.includes(region))
            ctx.addIssue({
              code: 'custom',
              path: ['onboarding', 'organizationalUnits', i, 'regions', j],
              message: wrong(`${region} is not dispatched to`, 'Add it to `regions`, or remove it'),
            });
    },
    looksAt('regions', 'onboarding'),
  )
  .superRefine(
    ({ regions, onboarding }, ctx) => {
      const instances = (onboarding?.accounts?.length ?? 0) * regions.length;
      if (instances > MOST_INSTANCES)
        ctx.addIssue({
          code: 'custom',
          path: ['onboarding', 'accounts'],
          message: wrong(
            `in ${regions.length} Regions are ${instances} stacks of a stack set, which takes ${MOST_INSTANCES}`,
            'Onboard fewer accounts or Regions by it, and the others by an installation of their own',
          ),
        });
    },
    looksAt('regions', 'onboarding'),
  )
  .superRefine(
    ({ endpoints, onboarding }, ctx) => {
      const wanted =
        onboarding?.endpoints || onboarding?.organizationalUnits?.some((unit) => unit.endpoints);
      if (wanted && !endpoints)
        ctx.addIssue({
          code: 'custom',
          path: ['endpoints'],
          message: wrong('missing, but accounts opt in to it', 'Name the VPCs that get endpoints'),
        });
    },
    looksAt('endpoints', 'onboarding'),
  )
  .meta({ title: 'Fleetwide configuration' });
export type Config = z.output<typeof Config>;
export type ConfigInput = z.input<typeof Config>;

export const CONFIG_FILE = 'fleetwide.config.json';

export const parseConfig = (input: unknown): Config =>
  parseOrThrow(Config, input, 'InvalidConfig', CONFIG_FILE);

/** The JSON Schema of what a person writes: docs/config.md is made of it. */
export const configJsonSchema = (): unknown =>
  z.toJSONSchema(Config, { io: 'input', target: 'draft-2020-12' });
