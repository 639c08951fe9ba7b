import { tellMissingKeys } from './missingKeys.ts';
import { enterSpokes } from './enterSpokes.ts';
import { objects } from './objects.ts';
import { readWrite, type StepPolicy } from './statement.ts';

export const poll: StepPolicy = (results, config) => [
  // The notebook may be gone: that is told as what it is.
  tellMissingKeys(results),
  // The child's notebook: which commands run, and what became of them.
  readWrite('KeepProgress', results, objects.progress),
  enterSpokes(config),
];
