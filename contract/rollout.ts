/** How a dispatch goes out: when, how fast, and when it stops. */
import * as z from 'zod';
import { CountOrPercent } from './primitives.ts';
import { wrong } from './problems.ts';

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
  overallSeconds: z
    .int()
    .min(60, wrong('below a minute', 'Give 60 to 2,592,000 s'))
    .max(2_592_000, wrong('above 30 days', 'Give 60 to 2,592,000 s'))
    .optional()
    .meta({
      description:
        'So long after the start of the dispatch nothing more is sent, and what runs is cancelled (s).',
    }),
});

/**
 * Waves are cumulative: how much of the plan has been reached when the wave is done. So they grow, and the
 * last one is "100%".
 */
export const Waves = z
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

/** Outcomes that count against the error budget unless the request says otherwise; `failed` always does. */
export const TOLERABLE = [
  'timedOut',
  'undeliverable',
  'denied',
  'invalidPlatform',
  'unknown',
] as const;

const DAY = 86_400;
const MOST_DAYS = 30;

const moment = (example: string) =>
  z.iso.datetime({
    offset: true,
    error: wrong('expected a time with its offset', `Write it like ${example}`),
  });

const Window = z
  .strictObject({
    startAfter: moment('2026-11-21T22:00:00+01:00')
      .optional()
      .meta({ description: 'The first wave waits until then.' }),
    stopSendingAfter: moment('2026-11-22T04:00:00+01:00').optional().meta({
      description:
        'Nothing is sent after that; nodes not sent to end as skipped (windowClosed). What runs goes on.',
    }),
  })
  .refine(
    (window) => window.startAfter !== undefined || window.stopSendingAfter !== undefined,
    wrong('says nothing', 'Give startAfter, stopSendingAfter or both, or leave the field out'),
  )
  .refine(
    ({ startAfter, stopSendingAfter }) =>
      !startAfter ||
      !stopSendingAfter ||
      // What is no time has been told of already.
      !(Date.parse(startAfter) >= Date.parse(stopSendingAfter)),
    wrong('closes before it opens', 'Give a stopSendingAfter that is later than startAfter'),
  );

const Approval = z.strictObject({
  before: z
    .union([z.enum(['first', 'every']), z.array(z.int().min(1).max(20)).min(1)], {
      error: wrong(
        'names no waves',
        'Give "first", "every", or numbers of waves from 1 like [1, 3]',
      ),
    })
    .default('first')
    .meta({ description: 'Before which waves, as `waves` numbers them from 1.' }),
  expiresAfterSeconds: z
    .int()
    .min(60, wrong('below a minute', 'Give 60 to 2,592,000 s'))
    .max(MOST_DAYS * DAY, wrong('above 30 days', 'Give 60 to 2,592,000 s'))
    .default(DAY)
    .meta({ description: 'Nobody has approved by then: the dispatch ends (s).' }),
});
export type Approval = z.output<typeof Approval>;

/** What tells starts apart; EventBridge Scheduler fills in its schedule's ARN and the scheduled time. */
const DEDUPE = /^[\w.:/+=@<>-]{1,256}$/;

/** How the waves go out; what the request holds beside `waves`. */
export const rolloutFields = {
  seed: z
    .string()
    .min(1, wrong('is empty', 'Give a text, or leave it out'))
    .max(100, wrong('is longer than 100 characters', 'Give a shorter one'))
    .optional()
    .meta({
      description:
        'Decides, with account, Region and node id, which node is in which wave: the same seed over the same nodes gives the same waves. Default: the dispatch id.',
    }),
  pauseBetween: z
    .int()
    .min(1, wrong('is no pause', 'Give at least 1 s, or leave it out'))
    .max(MOST_DAYS * DAY, wrong('above 30 days', 'Give at most 2,592,000 s'))
    .optional()
    .meta({ description: 'How long to wait after each wave before the next one (s).' }),
  tolerate: z
    .array(
      z.enum(TOLERABLE, {
        error: wrong(
          'cannot be tolerated',
          `Give some of ${TOLERABLE.join(', ')}; what failed always counts`,
        ),
      }),
    )
    .refine((all) => new Set(all).size === all.length, wrong('names one twice', 'Name each once'))
    .default([])
    .meta({
      description:
        'Outcomes that do not count against errorBudget. With timedOut among them the budget is looked at between waves only: Systems Manager counts failures and timeouts as one.',
    }),
  approval: Approval.optional().meta({
    description: 'A person approves before waves go: fleetwide approve, fleetwide reject.',
  }),
  dedupe: z
    .string()
    .regex(
      DEDUPE,
      wrong('is no key', 'Give 1 to 256 characters out of letters, digits and _.:/+=@<>-'),
    )
    .optional()
    .meta({
      description:
        'Of all starts with the same key only the first is run; the others end as dropped. Kept as long as dispatches are. A start with mode "plan" neither takes nor asks for a key.',
    }),
  window: Window.optional().meta({ description: 'When the dispatch may send.' }),
};

/** What the error budget does not count. */
export type Tolerated = (typeof TOLERABLE)[number];
