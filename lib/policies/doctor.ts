import { enterSpokes } from './enterSpokes.ts';
import type { StepPolicy } from './statement.ts';

/** It looks into spokes and keeps nothing. */
export const doctor: StepPolicy = (_results, config) => [enterSpokes(config)];
