import { DiscoverInput } from '../../contract/steps.ts';
import { explorer } from '../shared/explorer.ts';
import { step, wrapped } from '../shared/step.ts';
import { discover } from './discover.ts';

const deps = explorer();

export const baseHandler = step(DiscoverInput, (input) => discover(deps, input));
export const handler = wrapped(baseHandler);
