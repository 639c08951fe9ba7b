import type { Action, Context } from './action.ts';

/** There is no SendAutomationSignal here: nobody answers, so the step ends by its time or by a stop. */
async function forever(context: Context): Promise<never> {
  const { signal } = context;
  context.waiting();
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  signal.throwIfAborted();
  throw new Error('a signal that was aborted does not throw');
}

export const approve: Action = { timeoutSeconds: 604_800, run: forever };
export const pause: Action = { timeoutSeconds: 604_800, run: forever };
