import { Job } from '../../contract/steps.ts';
import { dispatcher } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { collect } from './collect.ts';

const deps = dispatcher();

export const baseHandler = step(Job, (job) => collect(deps, job));
export const handler = wrapped(baseHandler);
