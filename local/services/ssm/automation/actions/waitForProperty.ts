import { sleep } from '../../../../core/clock.ts';
import type { Action } from './action.ts';
import { look } from './property.ts';

/** AWS does not say how often it looks. */
const EVERY_MS = 5_000;

export const waitForProperty: Action = {
  timeoutSeconds: 3600,
  async run(context, inputs) {
    while (!(await look(context, inputs)).desired)
      await sleep(context.clock, EVERY_MS, context.signal);
    return {};
  },
};
