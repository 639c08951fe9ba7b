/** What is told at once of a node that did not succeed: for those who follow; the report tells it whole. */
import * as z from 'zod';
import { Outcome } from './outcomes.ts';
import { AccountId, Region } from './primitives.ts';

/** As many as a group's notebook keeps. */
export const MOST_FAILURES = 20;
/** Characters of output; the end is what tells. */
export const MOST_TAIL = 600;

export const Failure = z.object({
  account: AccountId,
  region: Region,
  node: z.string(),
  name: z.string().optional(),
  outcome: Outcome,
  exitCode: z.int().optional(),
  message: z.string().optional(),
  tail: z.string(),
});
export type Failure = z.infer<typeof Failure>;

export const tailOf = (text: string): string => text.slice(-MOST_TAIL);
