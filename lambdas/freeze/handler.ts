import { FreezeInput } from '../../contract/steps.ts';
import { hub } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { freeze } from './freeze.ts';

const deps = hub();

export const baseHandler = step(FreezeInput, (input) => freeze(deps, input));
export const handler = wrapped(baseHandler);
