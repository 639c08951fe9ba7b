import { FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import type { Start } from '../../contract/request.ts';
import { StoredRequest } from '../../contract/stored.ts';
import type { Store } from '../shared/store.ts';

/** What is asked for: the request itself, or the one of the plan that is to run, which nobody can vary. */
export async function askedFor(
  store: Store,
  start: Start,
): Promise<Pick<StoredRequest, 'request' | 'planOf'>> {
  if (!('plan' in start)) return { request: start };
  const { plan, requester } = start;
  const planned = await store.find(StoredRequest, keys.request(plan));
  if (!planned) throw new FleetwideError('PlanMissing', `dispatch ${plan}`);
  if (planned.request.mode !== 'plan')
    throw new FleetwideError('PlanMissing', `dispatch ${plan} was no plan, it ran`);
  return { request: { ...planned.request, mode: 'run', requester }, planOf: plan };
}
