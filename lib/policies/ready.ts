import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, type StepPolicy } from './statement.ts';

export const ready: StepPolicy = (results) => [
  // Window and pauses of the rollout.
  read('ReadRollout', results, objects.request),
  // The request may be gone: that is told as what it is.
  tellMissingKeys(results),
];
