/** report.json: what a person or a program reads first of a finished dispatch. */
import * as z from 'zod';
import { Decision, Reason } from '../contract/stored.ts';
import { Summary } from './summary.ts';

export const Report = z.object({
  dispatch: z.string(),
  requester: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  succeeded: z.boolean(),
  error: z.string(),
  cause: z.string(),
  ...Summary.shape,
  /** Written by the recall of this life: the dispatch did not come to its own end in it. */
  recalled: z.int().optional(),
  waves: z.array(z.object({ size: z.string(), nodes: z.int(), sent: z.boolean() })),
  skippedShards: z.array(z.object({ account: z.string(), region: z.string(), reason: Reason })),
  notFound: z.array(z.string()),
  /** Who approved which wave (from 1) or rejected it, as their command line stated it. */
  approvals: z.array(Decision.extend({ wave: z.int(), at: z.string() })).optional(),
});
export type Report = z.infer<typeof Report>;
