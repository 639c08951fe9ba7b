import { Job } from '../../contract/steps.ts';
import { collector } from '../shared/collector.ts';
import { step, wrapped } from '../shared/step.ts';
import { collect } from './collect.ts';

const deps = collector();

export const baseHandler = step(Job, (job, invocation) => collect({ ...deps, ...invocation }, job));
export const handler = wrapped(baseHandler);
