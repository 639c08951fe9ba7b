import { AdmitInput } from '../../contract/steps.ts';
import { admission } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { admit } from './admit.ts';

const deps = admission();

export const baseHandler = step(AdmitInput, (input) => admit(deps, input));
export const handler = wrapped(baseHandler);
