import { CancelInput } from '../../contract/steps.ts';
import { dispatcher } from '../shared/hub.ts';
import { step, wrapped } from '../shared/step.ts';
import { cancel } from './cancel.ts';

const deps = dispatcher();

export const baseHandler = step(CancelInput, (input, invocation) =>
  cancel({ ...deps, ...invocation }, input),
);
export const handler = wrapped(baseHandler);
