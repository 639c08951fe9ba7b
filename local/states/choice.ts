import { ERRORS, StateError } from './failure.ts';
import type { ChoiceState } from './flow.ts';
import type { Frame, Outcome } from './frame.ts';

/** The first rule whose condition holds, with its own Output and Assign; else Default with the state's. */
export async function performChoice(frame: Frame, state: ChoiceState): Promise<Outcome> {
  const scope = frame.scope();
  for (const rule of state.rules)
    if (await rule.condition(scope))
      return frame.conclude(rule, scope, frame.input.value, rule.next);
  if (state.fallback === undefined)
    throw new StateError(
      ERRORS.noChoice,
      `An error occurred while executing the state '${state.name}' (entered at the event id #${frame.eventId}). Failed to transition out of the state. The state's choices did not match and it has no Default.`,
    );
  return frame.conclude(state, scope, frame.input.value, state.fallback);
}
