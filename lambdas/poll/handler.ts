import { Job } from '../../contract/steps.ts';
import { dispatcher } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { poll } from './poll.ts';

const deps = dispatcher();

export const baseHandler = step(Job, (job) => poll(deps, job));
export const handler = wrapped(baseHandler);
