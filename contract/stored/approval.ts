/** What people are asked for. */
import * as z from 'zod';
import { Timestamp } from '../primitives.ts';

/** What a person said about a wave. Who it was is what their CLI states; CloudTrail's SendTaskSuccess proves it. */
export const Decision = z.object({
  approved: z.boolean(),
  by: z.string().min(1).max(2048),
  reason: z.string().max(1000).optional(),
});
export type Decision = z.infer<typeof Decision>;

/** approvals/<wave>.json: what is asked for, and what was said. */
export const ApprovalRecord = z.object({
  wave: z.int(),
  /** Nodes of the wave. */
  nodes: z.int(),
  askedAt: Timestamp,
  expiresAt: Timestamp,
  /** Who may send it back decides; of no use without states:SendTaskSuccess. Gone once it is decided. */
  token: z.string().optional(),
  decision: Decision.extend({ at: Timestamp }).optional(),
});
export type ApprovalRecord = z.infer<typeof ApprovalRecord>;
