/**
 * What the hub tells on its event bus (the account's default bus, source `fleetwide`). Each at least once: a
 * step that is repeated tells again. Never what was run with which parameters, and never output: whoever may
 * listen to the bus need not be whom a secret is for.
 */
import { z } from 'zod';
import { Counts, OUTCOMES, Outcome } from './outcomes.ts';
import { AccountId, DispatchId, Region, Timestamp } from './primitives.ts';

export const EVENT_SOURCE = 'fleetwide';

const Of = {
  version: z.literal('1').meta({ description: 'Of this form; fields may be added within it.' }),
  dispatch: DispatchId.meta({ description: 'The dispatch, which is the execution’s name.' }),
  requester: z.string().meta({ description: 'Who asked, as the request states it.' }),
  message: z.string().meta({ description: 'The event as a sentence for people.' }),
};

const ScheduleName = z.string().meta({ description: 'The schedule that started it.' });
const Wave = z.int().min(1).meta({ description: 'Which wave, from 1.' });
const Waves = z.int().min(1).meta({ description: 'How many waves the plan has.' });

export const DispatchStarted = z.strictObject({
  ...Of,
  schedule: ScheduleName.optional(),
  action: z.string().meta({ description: 'Type of the action; what it runs is not told.' }),
  mode: z.enum(['run', 'plan']),
  shards: z.int().meta({ description: 'Accounts × Regions that are looked into.' }),
});

export const WaveFinished = z.strictObject({
  ...Of,
  wave: Wave,
  waves: Waves,
  counts: Counts.meta({ description: 'Nodes by outcome, of this and the waves before.' }),
  errorsLeft: z.int().meta({ description: 'What is left of the error budget.' }),
  proceeds: z.boolean().meta({ description: 'Whether the next wave goes out.' }),
});

export const ApprovalNeeded = z.strictObject({
  ...Of,
  wave: Wave,
  waves: Waves,
  nodes: z.int().meta({ description: 'Nodes that this wave would send to.' }),
  expiresAt: Timestamp.meta({ description: 'Not approved by then, it ends.' }),
});

/** Nodes that one event names. */
export const MOST_NODES = 20;

export const NodeFailed = z.strictObject({
  ...Of,
  wave: Wave,
  group: z.int().meta({ description: 'Which group of shards; one event for each.' }),
  failed: z.int().min(1).meta({ description: 'Nodes of the group that went wrong.' }),
  nodes: z
    .array(
      z.strictObject({
        account: AccountId,
        region: Region,
        node: z.string(),
        name: z.string().optional(),
        outcome: Outcome,
        exitCode: z.int().optional(),
        reason: z.string().optional().meta({ description: 'A short stable word.' }),
      }),
    )
    .max(MOST_NODES)
    .meta({ description: `The first ${MOST_NODES} of them.` }),
});

export const DispatchFinished = z.strictObject({
  ...Of,
  schedule: ScheduleName.optional(),
  succeeded: z.boolean(),
  error: z.string().optional().meta({ description: 'Name of the error (docs/errors.md).' }),
  matched: z.int(),
  counts: Counts,
  skippedShards: z.int().meta({ description: 'Accounts × Regions that could not be read.' }),
  startedAt: Timestamp,
  endedAt: Timestamp,
  report: z.string().optional().meta({
    description: 's3:// address of report.json; report.html is beside. None where it was refused.',
  }),
});

export const DeliveryDropped = z.strictObject({
  ...Of,
  schedule: ScheduleName,
  scheduledAt: Timestamp.meta({ description: 'The time that the schedule meant.' }),
  reason: z.enum(['duplicate', 'overlap']).meta({
    description: 'duplicate: delivered before. overlap: the dispatch before had not ended.',
  }),
  by: z.string().meta({ description: 'The dispatch that it gives way to.' }),
});

interface Kind {
  readonly says: string;
  readonly schema: z.ZodType;
}

export const EVENTS = {
  DispatchStarted: { says: 'A request was admitted.', schema: DispatchStarted },
  WaveFinished: { says: 'All nodes of a wave are accounted for.', schema: WaveFinished },
  ApprovalNeeded: { says: 'A wave waits for a person.', schema: ApprovalNeeded },
  NodeFailed: {
    says: 'Nodes of one group of accounts and Regions went wrong in a wave: a digest.',
    schema: NodeFailed,
  },
  DispatchFinished: {
    says: 'A dispatch was refused, or its report is there.',
    schema: DispatchFinished,
  },
  DeliveryDropped: {
    says: 'A schedule’s delivery was dropped; nothing was sent for it.',
    schema: DeliveryDropped,
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type EventName = keyof typeof EVENTS;
export const isEventName = (name: string): name is EventName => Object.hasOwn(EVENTS, name);
export type Detail<N extends EventName> = z.output<(typeof EVENTS)[N]['schema']>;
/** What a step knows; version and sentence are added. */
export type Told<N extends EventName> = Omit<Detail<N>, 'version' | 'message'>;

type Sentences = { readonly [N in EventName]: (told: Told<N>) => string };

const SENTENCES: Sentences = {
  DispatchStarted: (e) =>
    `Dispatch ${e.dispatch} (${e.action}, asked for by ${e.requester}${by(e.schedule)}) looks into ${count(e.shards, 'account and Region', 'accounts and Regions')}.`,
  WaveFinished: (e) =>
    `Dispatch ${e.dispatch}: wave ${e.wave} of ${e.waves} is done: ${tally(e.counts)}. ${e.proceeds ? 'The next wave goes out.' : 'No further wave goes out.'}`,
  ApprovalNeeded: (e) =>
    `Dispatch ${e.dispatch} (asked for by ${e.requester}) waits for approval of wave ${e.wave} of ${e.waves} with ${count(e.nodes, 'node', 'nodes')}, until ${e.expiresAt}: fleetwide approve ${e.dispatch}, or fleetwide reject ${e.dispatch}.`,
  NodeFailed: (e) =>
    `Dispatch ${e.dispatch}: ${count(e.failed, 'node', 'nodes')} went wrong in wave ${e.wave}: ${e.nodes.map(nodeText).join(', ')}${more(e.failed - e.nodes.length)}.`,
  DispatchFinished: (e) =>
    `Dispatch ${e.dispatch} (asked for by ${e.requester}${by(e.schedule)}) ${e.succeeded ? 'succeeded' : `failed: ${e.error ?? 'unknown'}`}. ${count(e.matched, 'node', 'nodes')} matched: ${tally(e.counts)}.${blind(e.skippedShards)}${e.report ? ` Report: ${e.report}` : ''}`,
  DeliveryDropped: (e) =>
    `Schedule ${e.schedule}: the delivery for ${e.scheduledAt} was dropped, ${e.reason === 'duplicate' ? `since dispatch ${e.by} has it already` : `since dispatch ${e.by} had not ended`}.`,
};

/** The whole detail of an event. */
export const detailOf = <N extends EventName>(name: N, told: Told<N>) => ({
  version: '1' as const,
  ...told,
  message: harmless(SENTENCES[name](told)),
});

/** An input transformer puts text into text as it is: quotes and the like would break what is made of it. */
const harmless = (text: string): string => text.replaceAll(/["\\<>\p{Cc}]/gu, ' ');

const by = (schedule: string | undefined) => (schedule ? ` by schedule ${schedule}` : '');
const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
const more = (n: number) => (n > 0 ? ` and ${n} more` : '');
const blind = (n: number) =>
  n > 0 ? ` ${count(n, 'account and Region', 'accounts and Regions')} could not be read.` : '';
const tally = (counts: Counts): string =>
  OUTCOMES.flatMap((o) => (counts[o] ? [`${counts[o]} ${o}`] : [])).join(', ') || 'none';
const nodeText = (n: Detail<'NodeFailed'>['nodes'][number]): string =>
  `${n.name ?? n.node} (${n.account} ${n.region}) ${n.outcome}${n.exitCode === undefined ? '' : ` ${n.exitCode}`}`;

/** The JSON Schema of a whole event, as it is on the bus. */
export const eventJsonSchema = (name: EventName, examples: readonly unknown[]): unknown => ({
  ...z.toJSONSchema(
    z
      .looseObject({
        source: z.literal(EVENT_SOURCE),
        'detail-type': z.literal(name),
        detail: EVENTS[name].schema,
      })
      .meta({ title: `Fleetwide ${name}`, description: EVENTS[name].says }),
    { target: 'draft-2020-12' },
  ),
  examples,
});
