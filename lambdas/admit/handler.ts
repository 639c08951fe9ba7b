import { AdmitInput } from '../../contract/steps.ts';
import { admission } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { admitOrTell } from './admitOrTell.ts';

const deps = admission();

export const baseHandler = step(AdmitInput, (input) => admitOrTell(deps, input));
export const handler = wrapped(baseHandler);
