import type * as z from 'zod';
import { METRICS } from '../../contract/metrics.ts';
import { keys } from '../../contract/names.ts';
import type { AdmitOutput } from '../../contract/steps.ts';
import { type Dropped, FirstStart, type StoredRequest } from '../../contract/stored.ts';
import type { HoldingDeps } from './holdBack.ts';

type Deps = Pick<HoldingDeps, 'store' | 'log' | 'meter'>;

/** What a start gets whose key another one has. */
export async function dropDuplicate(
  deps: Deps,
  stored: StoredRequest,
): Promise<z.infer<typeof AdmitOutput> | undefined> {
  const { dispatch, request } = stored;
  const by = await firstWithKey(deps, stored);
  if (by === undefined) return undefined;
  deps.log.warn('start dropped', { dedupe: request.dedupe, by });
  deps.meter.count(METRICS.deliveriesDropped);
  return {
    dispatch,
    mode: request.mode,
    next: 'drop',
    waitSeconds: 0,
    dropped: { reason: 'duplicate', by },
    groupsKey: '',
    groups: 0,
    shards: 0,
  };
}

/**
 * The dispatch that has the request's key, if it is another one. Whoever delivers at least once gives each
 * occasion a key; the first start that is let in takes it, by a conditional put.
 */
async function firstWithKey(
  { store }: Deps,
  { dispatch, executionArn, startedAt, request }: StoredRequest,
): Promise<string | undefined> {
  const key = request.dedupe;
  if (key === undefined || request.mode === 'plan') return undefined;
  const own: FirstStart = { key, dispatch, executionArn, startedAt };
  if (await store.putIfAbsent(keys.dedupe(key), own)) return undefined;
  const first = await store.get(FirstStart, keys.dedupe(key));
  // A retry of the very start that took it.
  if (first.executionArn === executionArn && first.startedAt === startedAt) return undefined;
  const dropped: Dropped = { reason: 'duplicate', by: first.dispatch, key };
  await store.put(keys.dropped(dispatch), dropped);
  return first.dispatch;
}
