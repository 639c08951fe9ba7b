import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, readWrite, type StepPolicy } from './statement.ts';

export const ready: StepPolicy = (results) => [
  // Window, pauses and approvals of the rollout.
  read('ReadRollout', results, objects.request, objects.plan),
  // What was said about a wave.
  readWrite('KeepDecision', results, objects.approval),
  // Nothing was said yet; or the plan is gone, and that is told as what it is.
  tellMissingKeys(results),
];
