import { Job } from '../../contract/steps.ts';
import { dispatcher } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { send } from './send.ts';

const deps = dispatcher();

export const baseHandler = step(Job, (job, invocation) => send({ ...deps, ...invocation }, job));
export const handler = wrapped(baseHandler);
