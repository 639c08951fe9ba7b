import { objects } from './objects.ts';
import { read, type StepPolicy } from './statement.ts';

export const gate: StepPolicy = (results) => [
  // The error budget, and the counts that the wave's children handed to the map's result writer.
  read('ReadWave', results, objects.plan, objects.mapRun),
];
