/** What a person said about a wave: taken from the answer, kept beside the question. */
import * as z from 'zod';
import { keys } from '../../contract/names.ts';
import type { ReadyInput } from '../../contract/steps.ts';
import { ApprovalRecord, Decision } from '../../contract/stored.ts';
import type { ReadyDeps } from './ready.ts';

/** The state machine's own word when the token was not sent back in time. */
const Expired = z.strictObject({ expired: z.literal(true) });

/** `undefined`: nobody said anything that can be understood, so it is asked (again). */
export async function decisionOn(
  { store, now, log }: ReadyDeps,
  { dispatch, wave, answer }: z.infer<typeof ReadyInput>,
): Promise<Decision | 'expired' | undefined> {
  const key = keys.approval(dispatch, wave);
  const record = await store.find(ApprovalRecord, key);
  if (record?.decision) return record.decision;
  if (answer === undefined || answer === null || !record) return undefined;
  if (Expired.safeParse(answer).success) return 'expired';
  const decision = Decision.safeParse(answer);
  if (!decision.success) {
    log.warn('an answer that is no decision; asked again', { wave });
    return undefined;
  }
  const { token: _, ...asked } = record;
  const decided = { ...decision.data, at: new Date(now()).toISOString() };
  await store.put(key, { ...asked, decision: decided } satisfies ApprovalRecord);
  return decided;
}
