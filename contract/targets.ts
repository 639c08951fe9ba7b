/** Which nodes a dispatch is for. */
import * as z from 'zod';
import { AccountSelector, ORGANIZATION } from './accounts.ts';
import { OUTCOMES, Outcome } from './outcomes.ts';
import { AgentVersion, DispatchId, NodeId } from './primitives.ts';
import { wrong } from './problems.ts';

const unique = (items: readonly string[]) => new Set(items).size === items.length;
const UNIQUE = wrong('holds the same value twice', 'Name each once');

/** Key → values: each key must be there, with one of its values. */
const Tags = z
  .record(
    z.string().min(1).max(128),
    z
      .array(z.string().max(256))
      .min(1, wrong('names no value', 'Give at least one value of the tag'))
      .max(5, wrong('names more than 5 values', 'Split the request: Systems Manager takes 5')),
  )
  .refine(
    (tags) => Object.keys(tags).length >= 1 && Object.keys(tags).length <= 5,
    wrong('needs 1 to 5 tag keys', 'Name 1 to 5 keys, or leave the field out'),
  );

/** All Regions that an account has enabled. */
export const ENABLED = 'enabled';

const RegionSelector = z
  .string()
  .regex(
    /^(enabled|[a-z]{2}(-[a-z]+)+-\d)$/,
    wrong(
      'expected a Region code',
      'Write it like eu-west-1 or us-gov-east-1, or "enabled" for all that an account has',
    ),
  );

const Sample = z
  .strictObject({
    count: z.int().min(1).optional().meta({ description: 'How many nodes.' }),
    percent: z
      .number()
      .gt(0)
      .max(100)
      .optional()
      .meta({ description: 'Which share of the nodes; rounded up.' }),
    seed: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'The same seed draws the same nodes. Default: the dispatch id.' }),
  })
  .refine(
    ({ count, percent }) => (count === undefined) !== (percent === undefined),
    wrong('needs a size', 'Give either count or percent'),
  )
  .meta({
    description:
      'Takes some of all nodes that match, over all accounts and Regions, drawn by a seed.',
  });

const From = z
  .strictObject({
    dispatch: DispatchId.meta({ description: 'Id of a dispatch that has ended.' }),
    outcomes: z
      .array(Outcome)
      .min(1, wrong('names no outcome', 'Give at least one, or leave the field out'))
      .refine(unique, UNIQUE)
      .default(OUTCOMES.filter((outcome) => outcome !== 'succeeded'))
      .meta({ description: 'Nodes that ended so. Default: all but those that succeeded.' }),
  })
  .meta({
    description:
      'The nodes of a former dispatch, by how it ended on them. `accounts` and `regions` may be left out, or narrow it.',
  });

/** How nodes are picked in an account and Region: exactly one of these. */
const WAYS = ['instanceIds', 'tags', 'resourceGroup', 'allNodes', 'from'] as const;
export const ONE_WAY = `Give exactly one of ${WAYS.join(', ')}`;
/** Whether nodes have to be picked is the action's matter. */
export const waysOf = (targets: Partial<Record<(typeof WAYS)[number], unknown>>) =>
  WAYS.filter((way) => targets[way]);

export const PLATFORMS = ['Linux', 'Windows', 'MacOS'] as const;
export const PINGS = ['Online', 'ConnectionLost', 'Inactive'] as const;

export const Targets = z
  .strictObject({
    accounts: z.array(AccountSelector).refine(unique, UNIQUE).default([]).meta({
      description:
        'Account ids; "organization"; "ou:<id>", "ou:<name>" or "ou:<name>/<name>" for an organizational unit with all below it ("/" in front: from the root); "list:<name>" for a list kept in the hub. Of an organisation only ACTIVE accounts count.',
    }),
    accountTags: Tags.optional().meta({
      description:
        'Narrows the accounts to those that carry every key with one of its values, as the organisation has them; `*` and `?` are wildcards.',
    }),
    excludeAccounts: z
      .array(AccountSelector)
      .refine(unique, UNIQUE)
      .refine(
        (all) => !all.includes(ORGANIZATION),
        wrong('takes the whole organisation out', 'Name what is to stay in `accounts`'),
      )
      .default([])
      .meta({ description: 'Accounts to leave out, selected in the same ways.' }),
    regions: z
      .array(RegionSelector)
      .refine(unique, UNIQUE)
      .refine(
        (all) => !all.includes(ENABLED) || all.length === 1,
        wrong('names Regions beside "enabled"', 'Give either "enabled" or Regions'),
      )
      .default([])
      .meta({
        description:
          'Regions to look into, in each of the accounts; or ["enabled"] for all that the account has enabled.',
      }),
    instanceIds: z
      .array(NodeId)
      .min(1, wrong('names no node', 'Give at least one id, or leave the field out'))
      .refine(unique, UNIQUE)
      .optional()
      .meta({ description: 'Nodes by id; each is looked for in all accounts and Regions named.' }),
    tags: Tags.optional().meta({
      description:
        'Nodes that carry every key with one of its values; `*` and `?` are wildcards, a backslash takes their meaning away.',
    }),
    resourceGroup: z
      .string()
      .regex(
        /^(?!aws)[\w.-]{1,300}$/i,
        wrong(
          'is no name of a resource group',
          'Give its name, not its ARN: each account has its own',
        ),
      )
      .optional()
      .meta({
        description:
          'Nodes that are members of the resource group of that name (AWS Resource Groups, by tags or by a stack) in each account and Region; where there is none of that name, none.',
      }),
    allNodes: z
      .literal(true)
      .optional()
      .meta({ description: 'Every node of the accounts and Regions; said on purpose.' }),
    from: From.optional(),
    platforms: z
      .array(z.enum(PLATFORMS))
      .min(1, wrong('names no platform', 'Give Linux, Windows or MacOS, or leave the field out'))
      .refine(unique, UNIQUE)
      .optional()
      .meta({ description: 'Narrows the nodes to these platforms.' }),
    pingStatus: z
      .array(z.enum(PINGS))
      .min(1, wrong('names no status', 'Give Online, or leave the field out'))
      .refine(unique, UNIQUE)
      .optional()
      .meta({
        description:
          'Narrows the nodes to those that Systems Manager shows so. Without it, nodes that cannot be reached match as well, and are reported as skipped.',
      }),
    agentAtLeast: AgentVersion.optional().meta({
      description: 'Narrows the nodes to those whose agent is of this version or newer.',
    }),
    sample: Sample.optional(),
  })
  .superRefine((targets, ctx) => {
    const problem = (path: readonly string[], message: string) =>
      ctx.addIssue({ code: 'custom', path: [...path], message });
    const ways = waysOf(targets);
    if (ways.length > 1)
      problem([], wrong(`names nodes in ${ways.length} ways (${ways.join(', ')})`, ONE_WAY));
    if (targets.from) return;
    if (targets.accounts.length === 0)
      problem(
        ['accounts'],
        wrong('names no account', 'Give at least one id, unit, list, or "organization"'),
      );
    if (targets.regions.length === 0)
      problem(['regions'], wrong('names no Region', 'Give at least one Region code'));
  })
  .meta({ description: 'Which nodes: accounts × Regions, and how to pick nodes there.' });
