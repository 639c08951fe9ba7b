/**
 * The request: the one object for StartExecution, the scheduler, the CLI and the construct. Types,
 * validation, JSON Schema and docs all come from here.
 */
import * as z from 'zod';
import { Action } from './actions.ts';
import { Delivery } from './delivery.ts';
import { Output } from './output.ts';
import { misplaced, Overrides, Variables } from './overrides.ts';
import { CountOrPercent, DISPATCH_ID } from './primitives.ts';
import { ALL_AT_ONCE, parseOrThrow, wrong } from './problems.ts';
import { rolloutFields, Timeouts, Waves } from './rollout.ts';
import { SECRET_REMEDY, secretsIn } from './secrets.ts';
import { ONE_WAY, Targets, waysOf } from './targets.ts';

/** As far as it has to be there to say whether nodes are picked, and whether they have to be. */
const Picking = z.object({
  action: z.object({ type: z.string(), nodesParameter: z.unknown().optional() }),
  targets: z.record(z.string(), z.unknown()),
});
/** A former dispatch also says which accounts and Regions, where no nodes are picked. */
function pickingOf(
  request: unknown,
): { picks: boolean; former: boolean; takes: boolean } | undefined {
  const { data } = Picking.safeParse(request);
  if (!data) return undefined;
  const takes = data.action.type !== 'automation' || data.action.nodesParameter !== undefined;
  const { from, ...others } = data.targets;
  return { picks: waysOf(others).length > 0, former: from !== undefined, takes };
}
const namesNoNode = (request: unknown): boolean => {
  const picking = pickingOf(request);
  return picking !== undefined && picking.takes && !picking.picks && !picking.former;
};
const picksForNobody = (request: unknown): boolean => {
  const picking = pickingOf(request);
  return picking !== undefined && picking.picks && !picking.takes;
};

const Requester = z
  .string()
  .regex(
    /^(?!aws:)[\w+=,.@-]{2,64}$/,
    wrong(
      'cannot be a SourceIdentity',
      'Give 2 to 64 characters out of letters, digits and _+=,.@- that do not start with aws:',
    ),
  )
  .default('unstated')
  .meta({ description: 'Who asks. Shown by each spoke’s CloudTrail as SourceIdentity.' });

/** What has to fit together: looked at as soon as these parts are right by themselves. */
const Parts = z.object({
  action: Action,
  targets: z.looseObject({}).transform(({ sample }) => ({ sample })),
  output: Output.default({ to: 'inline' }),
  variables: Variables,
  overrides: Overrides,
});

export const Request = z
  .strictObject({
    action: Action,
    targets: Targets,
    mode: z
      .enum(['run', 'plan'], { error: wrong('expected "run" or "plan"', 'Give one of the two') })
      .default('run')
      .meta({ description: '"plan" stops when it is known what would run where.' }),
    requester: Requester,
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
    timeouts: Timeouts.prefault({}).meta({ description: 'Until when what is given up.' }),
    ...rolloutFields,
    output: Output.default({ to: 'inline' }),
    variables: Variables,
    overrides: Overrides,
    schedule: Delivery.optional(),
  })
  .superRefine((request, ctx) => {
    const { data } = Parts.safeParse(request);
    for (const [path, message] of data ? misplaced(data) : [])
      ctx.addIssue({ code: 'custom', path: [...path], message });
    // The value itself stays out of the message, which is logged and shown.
    for (const [path, what] of secretsIn(request))
      ctx.addIssue({
        code: 'custom',
        path: [...path],
        message: wrong(`looks like ${what}`, SECRET_REMEDY),
      });
  }, ALL_AT_ONCE)
  // Asked also where other fields are wrong, so that all problems come at once.
  .refine((request) => !namesNoNode(request), {
    path: ['targets'],
    when: ({ value }) => namesNoNode(value),
    error: wrong('names no node', ONE_WAY),
  })
  .refine((request) => !picksForNobody(request), {
    path: ['targets'],
    when: ({ value }) => picksForNobody(value),
    error: wrong(
      'picks nodes, which the runbook is not given',
      'Name the parameter that gets them as nodesParameter, or give accounts and Regions alone',
    ),
  })
  .meta({ title: 'Fleetwide request' });

export type Request = z.output<typeof Request>;
export type RequestInput = z.input<typeof Request>;

/** Parses a request; throws InvalidRequest with every problem. */
export const parseRequest = (input: unknown): Request =>
  parseOrThrow(Request, input, 'InvalidRequest', 'request');

/** Runs what a dispatch of mode "plan" has frozen: how and where is what the plan says, and nothing else. */
export const PlanRun = z
  .strictObject({
    plan: z
      .string()
      .regex(
        DISPATCH_ID,
        wrong('is no dispatch id', 'Give the id of a dispatch that ran with mode "plan"'),
      )
      .meta({ description: 'Id of the dispatch whose plan is to run.' }),
    requester: Requester,
  })
  .meta({ title: 'Fleetwide run of a plan' });
export type PlanRun = z.output<typeof PlanRun>;

/** What an execution is started with. */
export type Start = Request | PlanRun;
export type StartInput = RequestInput | z.input<typeof PlanRun>;

/** Parses what an execution is started with; throws InvalidRequest with every problem. */
export const parseStart = (input: unknown): Start =>
  typeof input === 'object' && input !== null && 'plan' in input
    ? parseOrThrow(PlanRun, input, 'InvalidRequest', 'request')
    : parseRequest(input);

/** The error budget that is in force: its default depends on the waves. */
export const errorBudgetOf = (request: Pick<Request, 'errorBudget' | 'waves'>): string =>
  request.errorBudget ?? (request.waves.length > 1 ? '0' : '100%');

/** The JSON Schema of what a person writes. */
export const requestJsonSchema = (): unknown =>
  z.toJSONSchema(z.union([Request, PlanRun]), { io: 'input', target: 'draft-2020-12' });
