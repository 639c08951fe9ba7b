/**
 * The request: the one object for StartExecution, the scheduler, the CLI and the construct. Types,
 * validation, JSON Schema and docs all come from here.
 */
import { z } from 'zod';
import { Action } from './actions.ts';
import { AccountId, CountOrPercent, NodeId, Region } from './primitives.ts';
import { parseOrThrow, wrong } from './problems.ts';

const unique = (items: readonly string[]) => new Set(items).size === items.length;
const UNIQUE = wrong('holds the same value twice', 'Name each once');

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
    const ways = (['instanceIds', 'tags', 'allNodes'] as const).filter((k) => targets[k]);
    if (ways.length !== 1)
      ctx.addIssue({
        code: 'custom',
        message: wrong(
          ways.length === 0
            ? 'names no node'
            : `names nodes in ${ways.length} ways (${ways.join(', ')})`,
          'Give exactly one of instanceIds, tags, allNodes',
        ),
      });
  })
  .meta({ description: 'Which nodes: accounts × Regions, and how to pick nodes there.' });

export const Timeouts = z.strictObject({
  deliverySeconds: z
    .int()
    .min(30, wrong('below 30 s', 'Systems Manager takes 30 to 2,592,000 s'))
    .max(2_592_000, wrong('above 30 days', 'Systems Manager takes 30 to 2,592,000 s'))
    .default(600)
    .meta({ description: 'A node that has not started by then does not run the command (s).' }),
  executionSeconds: z
    .int()
    .min(5, wrong('below 5 s', 'The agent takes 5 to 172,800 s and silently uses 3,600 otherwise'))
    .max(
      172_800,
      wrong('above 48 h', 'The agent takes 5 to 172,800 s and silently uses 3,600 otherwise'),
    )
    .default(3600)
    .meta({ description: 'The node kills the command after that long (s).' }),
});

/**
 * Waves are cumulative: how much of the plan has been reached when the wave is done. So they grow, and the
 * last one is "100%".
 */
const Waves = z
  .array(CountOrPercent)
  .min(1, wrong('names no wave', 'Give at least "100%"'))
  .max(20, wrong('names more than 20 waves', 'Give at most 20'))
  .refine(
    (waves) => waves.at(-1) === '100%',
    wrong('does not end with "100%"', 'Add "100%" as the last wave, so that no node is left out'),
  )
  .refine(
    (waves) => waves.every((w) => !/^0+(\.0+)?%?$/.test(w)),
    wrong('holds an empty wave', 'Remove the wave of 0'),
  )
  .superRefine((waves, ctx) => {
    for (const kind of [(w: string) => w.endsWith('%'), (w: string) => !w.endsWith('%')]) {
      const same = waves.filter(kind).map((w) => Number.parseFloat(w));
      if (same.some((w, i) => i > 0 && w <= (same[i - 1] ?? 0)))
        ctx.addIssue({
          code: 'custom',
          message: wrong(
            'does not grow from wave to wave',
            'Waves say how much is reached in all: "1", "5%", "100%"',
          ),
        });
    }
  });

export const Request = z
  .strictObject({
    action: Action,
    targets: Targets,
    mode: z
      .enum(['run', 'plan'], { error: wrong('expected "run" or "plan"', 'Give one of the two') })
      .default('run')
      .meta({ description: '"plan" stops when it is known what would run where.' }),
    requester: z
      .string()
      .regex(
        /^(?!aws:)[\w+=,.@-]{2,64}$/,
        wrong(
          'cannot be a SourceIdentity',
          'Give 2 to 64 characters out of letters, digits and _+=,.@- that do not start with aws:',
        ),
      )
      .default('unstated')
      .meta({ description: 'Who asks. Shown by each spoke’s CloudTrail as SourceIdentity.' }),
    waves: Waves.default(['100%']).meta({
      description:
        'Rollout steps: counts or shares of the plan that are reached when the wave is done.',
    }),
    errorBudget: CountOrPercent.optional().meta({
      description:
        'How many nodes may go wrong, over the whole dispatch, before nothing more is sent. Default: 0 with several waves, else "100%".',
    }),
    maxConcurrency: CountOrPercent.optional()
      .refine(
        (v) => v === undefined || !/^0+(\.0+)?%?$/.test(v),
        wrong('is 0', 'Give at least 1, or leave it out'),
      )
      .meta({
        description:
          'How many nodes of one account and Region may run at once. Default: all of the wave.',
      }),
    maxNodes: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Refuses the dispatch when more nodes match.' }),
    timeouts: Timeouts.prefault({}),
  })
  .meta({ title: 'Fleetwide request' });

export type Request = z.output<typeof Request>;
export type RequestInput = z.input<typeof Request>;

/** Parses a request; throws InvalidRequest with every problem. */
export const parseRequest = (input: unknown): Request =>
  parseOrThrow(Request, input, 'InvalidRequest', 'request');

/** The error budget that is in force: its default depends on the waves. */
export const errorBudgetOf = (request: Pick<Request, 'errorBudget' | 'waves'>): string =>
  request.errorBudget ?? (request.waves.length > 1 ? '0' : '100%');

/** The JSON Schema of what a person writes. */
export const requestJsonSchema = (): unknown =>
  z.toJSONSchema(Request, { io: 'input', target: 'draft-2020-12' });
