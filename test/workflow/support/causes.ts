import * as z from 'zod';
import type { Ended } from './world.ts';

const LambdaError = z.object({ errorType: z.string(), errorMessage: z.string() });

/** The cause as a person reads it: that of a function is JSON with the text in `errorMessage`. */
export function textOf({ cause = '' }: Ended): string {
  if (!cause.startsWith('{')) return cause;
  return LambdaError.parse(JSON.parse(cause)).errorMessage;
}
