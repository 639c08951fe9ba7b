/** What the recall leaves. */
import * as z from 'zod';
import { Timestamp } from '../primitives.ts';
import { Shard } from './shard.ts';

/**
 * recall/revoked.json: nothing is sent any more. Send looks for it after each intent and before each command.
 * A life is what lies between two redrives of the execution, counted as Step Functions counts those.
 */
export const Revocation = z.object({
  at: Timestamp,
  /** The last life that may not send; missing: none may, ever. */
  life: z.int().optional(),
});
export type Revocation = z.infer<typeof Revocation>;

/** recall/running-<life>.json: the recall that is at work, as long as it is. */
export const Recalling = z.object({ executionArn: z.string() });
export type Recalling = z.infer<typeof Recalling>;

/** A shard of a wave with the batches whose intents were there when the dispatch was revoked. */
export const ClaimedShard = z.object({ ...Shard.shape, batches: z.array(z.string()) });
export type ClaimedShard = z.infer<typeof ClaimedShard>;

/**
 * claims/<life>.json, written once: all that may have been sent. One item, one child of the recall; at most
 * a slice's shards and batches, so a few KB.
 */
export const Claim = z.object({
  wave: z.int(),
  group: z.int(),
  /** Of the slice. */
  key: z.string(),
  shards: z.array(ClaimedShard),
});
export type Claim = z.infer<typeof Claim>;
