import { tellEvents } from './events.ts';
import { tellMissingKeys } from './missingKeys.ts';
import { objects } from './objects.ts';
import { read, type StepPolicy } from './statement.ts';

export const gate: StepPolicy = (results) => [
  // The manifest or the plan may be gone: that is told as what it is.
  tellMissingKeys(results),
  // Who asked: told with how the wave ended.
  read('ReadRequest', results, objects.request),
  tellEvents(),
  // The error budget, and the counts that the wave's children handed to the map's result writer.
  read('ReadWave', results, objects.plan, objects.mapRun),
];
