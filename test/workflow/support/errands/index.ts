/** Everything that Fleetwide does, in small: together they ask for each of its permissions. */
import { STEPS, type Step } from '../../../../contract/names.ts';
import type { Errand } from '../proof.ts';
import { dispatches, runbooks } from './dispatches.ts';
import { examination } from './doctor.ts';
import { recalls } from './recalls.ts';
import { schedules } from './schedules.ts';
import type { Stage } from './stage.ts';

export { makeStage, type Stage } from './stage.ts';

/** The first that is of no use without the step. */
const USUAL: Partial<Record<Step, string>> = {
  ask: 'nobody approves',
  revoke: 'stopped once it is sent',
  cancel: 'stopped once it is sent',
  doctor: 'an examination',
};

export function errandsOf(stage: Stage): readonly Errand[] {
  const warm = [
    ...dispatches(stage),
    ...runbooks(stage),
    ...recalls(stage),
    ...schedules(stage),
    examination(stage),
  ];
  return [...warm, ...STEPS.map((step) => cold(stage, warm, step))];
}

function cold(stage: Stage, warm: readonly Errand[], step: Step): Errand {
  const name = USUAL[step] ?? 'a command';
  const errand = warm.find((each) => each.name === name);
  if (!errand) throw new Error(`no errand ${name}`);
  return {
    name: `${name}, with a cold start of ${step}`,
    run: () => {
      stage.forgetWarm(step);
      return errand.run();
    },
  };
}
