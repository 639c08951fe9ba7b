/** What is counted of a dispatch. */
import * as z from 'zod';
import { STEPS } from '../../contract/names.ts';

export const Counted = z.object({
  nodes: z.int(),
  shards: z.int(),
  /** Calls by `<service>:<operation>`. */
  calls: z.record(z.string(), z.int()),
  transitions: z.int(),
  largestPayloadBytes: z.int(),
  longestHistory: z.int(),
  /** Of functions, by the machine and its children. */
  invocations: z.int(),
  /** From the start to the report, without what the nodes took from the first start to the last end (s). */
  added: z.number(),
  /** From the last node's end to the report (s). */
  detection: z.number(),
  /** Of the functions (MiB). */
  peaks: z.record(z.enum(STEPS), z.number()),
});
export type Counted = z.infer<typeof Counted>;
