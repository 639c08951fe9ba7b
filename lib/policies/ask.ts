import { tellEvents } from './events.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, type StepPolicy, write } from './statement.ts';

export const ask: StepPolicy = (results) => [
  // Who asked, and how many nodes the wave has that a person is asked about.
  read('ReadPlan', results, objects.request, objects.plan),
  // The question, with the token that answers it.
  write('WriteQuestion', results, objects.approval),
  tellEvents(),
  // The plan may be gone: that is told as what it is.
  tellMissingKeys(results),
];
