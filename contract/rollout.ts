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
