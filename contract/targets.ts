/** Which nodes a dispatch is for. */
import { z } from 'zod';
import { AccountId, NodeId, Region } from './primitives.ts';
import { wrong } from './problems.ts';

const unique = (items: readonly string[]) => new Set(items).size === items.length;
const UNIQUE = wrong('holds the same value twice', 'Name each once');

const WAYS = ['instanceIds', 'tags', 'allNodes'] as const;
export const ONE_WAY = 'Give exactly one of instanceIds, tags, allNodes';
/** How nodes are picked. Whether they have to be is the action's matter. */
export const waysOf = (targets: Partial<Record<(typeof WAYS)[number], unknown>>) =>
  WAYS.filter((way) => targets[way]);

export const Targets = z
  .strictObject({
    accounts: z
      .array(AccountId)
      .min(1, wrong('names no account', 'Give at least one account id'))
      .refine(unique, UNIQUE)
      .meta({ description: 'Account ids of 12 digits.' }),
    regions: z
      .array(Region)
      .min(1, wrong('names no Region', 'Give at least one Region code'))
      .refine(unique, UNIQUE)
      .meta({ description: 'Regions to look into, in each of the accounts.' }),
    instanceIds: z
      .array(NodeId)
      .min(1, wrong('names no node', 'Give at least one id, or leave the field out'))
      .refine(unique, UNIQUE)
      .optional()
      .meta({ description: 'Nodes by id; each is looked for in all accounts and Regions named.' }),
    tags: z
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
      )
      .optional()
      .meta({ description: 'Nodes that carry every key with one of its values.' }),
    allNodes: z
      .literal(true)
      .optional()
      .meta({ description: 'Every managed node of the accounts and Regions; said on purpose.' }),
  })
  .superRefine((targets, ctx) => {
    const ways = waysOf(targets);
    if (ways.length > 1)
      ctx.addIssue({
        code: 'custom',
        message: wrong(`names nodes in ${ways.length} ways (${ways.join(', ')})`, ONE_WAY),
      });
  })
  .meta({ description: 'Which nodes: accounts × Regions, and how to pick nodes there.' });
