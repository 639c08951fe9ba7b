import { keys } from '../../contract/names.ts';
import { type Dropped, FirstStart, type StoredRequest } from '../../contract/stored.ts';
import type { Store } from '../shared/store.ts';

/**
 * The dispatch that has the request's key, if it is another one. Whoever delivers starts at least once
 * (EventBridge Scheduler does) gives each occasion a key; the first start that is let in takes it, by a
 * conditional put.
 */
export async function duplicateOf(store: Store, stored: StoredRequest): Promise<string> {
  const { dispatch, executionArn, startedAt, request } = stored;
  const key = request.dedupe;
  if (key === undefined || request.mode === 'plan') return '';
  const own: FirstStart = { key, dispatch, executionArn, startedAt };
  if (await store.putIfAbsent(keys.dedupe(key), own)) return '';
  const first = await store.get(FirstStart, keys.dedupe(key));
  // A retry of the very start that took it.
  if (first.executionArn === executionArn && first.startedAt === startedAt) return '';
  const dropped: Dropped = { duplicateOf: first.dispatch, key };
  await store.put(keys.dropped(dispatch), dropped);
  return first.dispatch;
}
