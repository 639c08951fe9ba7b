import { AskInput } from '../../contract/steps.ts';
import { hub } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { ask } from './ask.ts';

const deps = hub();

export const baseHandler = step(AskInput, (input) => ask(deps, input));
export const handler = wrapped(baseHandler);
