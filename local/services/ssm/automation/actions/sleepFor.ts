import { z } from 'zod';
import { sleep } from '../../../../core/clock.ts';
import { type Action, parsed } from './action.ts';

const ISO = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECONDS = [86_400, 3_600, 60, 1] as const;
const Inputs = z.union([
  z.strictObject({ Duration: z.string().regex(ISO) }),
  z.strictObject({ Timestamp: z.iso.datetime() }),
]);

export const sleepFor: Action = {
  // Seven days at most, by a duration.
  timeoutSeconds: 604_800,
  async run(context, inputs) {
    const given = parsed(Inputs, inputs, context);
    const ms =
      'Duration' in given
        ? msOf(given.Duration)
        : Date.parse(given.Timestamp) - context.clock.now();
    await sleep(context.clock, Math.max(0, ms), context.signal);
    return {};
  },
};

const msOf = (duration: string): number =>
  (ISO.exec(duration) ?? [])
    .slice(1)
    .reduce((sum, count, i) => sum + Number(count ?? 0) * (SECONDS[i] ?? 0) * 1_000, 0);
