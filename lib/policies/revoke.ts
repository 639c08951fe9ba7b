import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, readWrite, type StepPolicy } from './statement.ts';

export const revoke: StepPolicy = (results) => [
  // Whether anything can have been sent, and which child it belongs to.
  read('ReadPlan', results, objects.request, objects.plan, objects.wave),
  // The revocation and what may have been sent before it: put once, on condition that they are not there.
  readWrite('KeepRecall', results, objects.recall),
  // Lists the intents and the results; a dispatch that ended early has no plan.
  tellMissingKeys(results),
];
