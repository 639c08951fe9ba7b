import { FleetwideError } from '../../contract/errors.ts';
import { keys } from '../../contract/names.ts';
import type { Start } from '../../contract/request.ts';
import { StoredRequest } from '../../contract/stored.ts';
import type { Source } from '../shared/sources.ts';
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

/** The object of S3 that the plan took along must be the one that it was. */
export function sameAsPlanned({ uri, sha256 }: Source, planned: string, plan: string): void {
  if (sha256 === planned) return;
  throw new FleetwideError('PlanMoved', `plan ${plan}`, [
    {
      path: 'artifact',
      message: `${uri} had SHA-256 ${planned}, it has ${sha256} now`,
      remedy: 'Plan again',
    },
  ]);
}
