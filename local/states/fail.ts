import { StateError } from './failure.ts';
import type { FailState } from './flow.ts';
import type { Frame } from './frame.ts';

/** Always throws. */
export async function performFail(frame: Frame, state: FailState): Promise<never> {
  const scope = frame.scope();
  const error = await state.error?.(scope);
  const cause = await state.cause?.(scope);
  throw new StateError(error, cause);
}
