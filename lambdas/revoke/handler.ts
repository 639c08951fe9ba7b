import { RevokeInput } from '../../contract/steps.ts';
import { recall } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { revoke } from './revoke.ts';

const deps = recall();

export const baseHandler = step(RevokeInput, (input) => revoke(deps, input));
export const handler = wrapped(baseHandler);
