import { DiscoverInput } from '../../contract/steps.ts';
import { dispatcher } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { discover } from './discover.ts';

const deps = dispatcher();

export const baseHandler = step(DiscoverInput, (input) => discover(deps, input));
export const handler = wrapped(baseHandler);
