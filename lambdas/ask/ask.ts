/** Ask: leave the question, and the token that answers it, where people find it. */
import type * as z from 'zod';
import { keys } from '../../contract/names.ts';
import type { AskInput } from '../../contract/steps.ts';
import { type ApprovalRecord, Plan, StoredRequest } from '../../contract/stored.ts';
import type { HubDeps } from '../shared/hub.ts';

type Deps = Pick<HubDeps, 'store' | 'now' | 'log' | 'events'>;

export async function ask(
  { store, now, log, events }: Deps,
  { dispatch, wave, token, seconds }: z.infer<typeof AskInput>,
): Promise<object> {
  const { request } = await store.get(StoredRequest, keys.request(dispatch));
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
  await events.tell('ApprovalNeeded', {
    dispatch,
    requester: request.requester,
    wave: wave + 1,
    waves: plan.waves.length,
    nodes: record.nodes,
    expiresAt: record.expiresAt,
  });
  log.info('approval asked for', { wave, expiresAt: record.expiresAt });
  return {};
}
