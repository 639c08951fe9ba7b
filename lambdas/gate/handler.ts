import { GateInput } from '../../contract/steps.ts';
import { hub } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { gate } from './gate.ts';

const deps = hub();

export const baseHandler = step(GateInput, (input) => gate(deps, input));
export const handler = wrapped(baseHandler);
