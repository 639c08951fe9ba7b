import { CancelInput } from '../../contract/steps.ts';
import { collector } from '../shared/collector.ts';
import { step, wrapped } from '../shared/step.ts';
import { cancel } from './cancel.ts';

const deps = collector();

export const baseHandler = step(CancelInput, (input, invocation) =>
  cancel({ ...deps, ...invocation }, input),
);
export const handler = wrapped(baseHandler);
