import { ReadyInput } from '../../contract/steps.ts';
import { hub } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { ready } from './ready.ts';

const deps = hub();

export const baseHandler = step(ReadyInput, (input) => ready(deps, input));
export const handler = wrapped(baseHandler);
