import { DiscoverInput } from '../../contract/steps.ts';
import { nodeTags } from '../shared/environment.ts';
import { dispatcher } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { discover } from './discover.ts';

const deps = { ...dispatcher(), tags: nodeTags() };

export const baseHandler = step(DiscoverInput, (input) => discover(deps, input));
export const handler = wrapped(baseHandler);
