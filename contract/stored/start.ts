/** What a dispatch started with. */
import * as z from 'zod';
import { AccountId, DispatchId, Timestamp } from '../primitives.ts';
import { Request } from '../request.ts';

/** request.json: the parsed request and the start that it belongs to. */
export const StoredRequest = z.object({
  dispatch: DispatchId,
  executionArn: z.string(),
  startedAt: Timestamp,
  request: Request,
  /** The dispatch whose plan this one runs. */
  planOf: DispatchId.optional(),
});
export type StoredRequest = z.infer<typeof StoredRequest>;

/** accounts.json: what the selectors of the request came to. */
export const SelectedAccounts = z.object({
  selected: z.int(),
  /** Of the organisation, but in no state to be dispatched to. */
  notActive: z.array(z.object({ account: AccountId, state: z.string() })),
  excluded: z.int(),
});
export type SelectedAccounts = z.infer<typeof SelectedAccounts>;

/** dedupe/<key>.json: the start that came first. */
export const FirstStart = z.object({
  key: z.string(),
  dispatch: DispatchId,
  executionArn: z.string(),
  startedAt: Timestamp,
});
export type FirstStart = z.infer<typeof FirstStart>;

/** dropped.json: the start was one too many; `key` where a dedupe key says so. */
export const Dropped = z.object({
  reason: z.enum(['duplicate', 'overlap']),
  by: DispatchId,
  key: z.string().optional(),
});
export type Dropped = z.infer<typeof Dropped>;
