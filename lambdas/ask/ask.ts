/** Ask: leave the question, and the token that answers it, where people find it. */
import type { z } from 'zod';
import { keys } from '../../contract/names.ts';
import type { AskInput } from '../../contract/steps.ts';
import { type ApprovalRecord, Plan } from '../../contract/stored.ts';
import type { HubDeps } from '../shared/hub.ts';

type Deps = Pick<HubDeps, 'store' | 'now' | 'log'>;

export async function ask(
  { store, now, log }: Deps,
  { dispatch, wave, token, seconds }: z.infer<typeof AskInput>,
): Promise<object> {
  const plan = await store.get(Plan, keys.plan(dispatch));
  const asked = now();
  const record: ApprovalRecord = {
    wave,
    nodes: plan.waves[wave]?.nodes ?? 0,
    askedAt: new Date(asked).toISOString(),
    expiresAt: new Date(asked + seconds * 1000).toISOString(),
    token,
  };
  // A retry has a token of its own, and the one before is worth nothing.
  await store.put(keys.approval(dispatch, wave), record);
  log.info('approval asked for', { wave, expiresAt: record.expiresAt });
  return {};
}
