/**
 * Whether a schedule's delivery is carried out: not if it was delivered before, and not over a dispatch of
 * the same schedule that still runs, unless the schedule says so.
 */
import {
  DeliveryRecord,
  type DroppedRecord,
  type Holder,
  Lease,
  scheduleKeys,
} from '../../contract/deliveries.ts';
import type { Delivery } from '../../contract/delivery.ts';
import { keys } from '../../contract/names.ts';
import type { StoredRequest } from '../../contract/stored.ts';
import type { AdmissionDeps } from '../shared/hub.ts';

export type Verdict =
  | { readonly next: 'go' }
  | { readonly next: 'wait'; readonly seconds: number }
  | { readonly next: 'drop'; readonly reason: 'duplicate' | 'overlap'; readonly by: string };

export type DeliveryDeps = Pick<AdmissionDeps, 'store' | 'leases' | 'previous' | 'now'>;

type Me = Pick<StoredRequest, 'dispatch' | 'executionArn' | 'startedAt'>;

/** Each round is lost to somebody else's write, so this many do not come together. */
const ROUNDS = 10;

const MOST_SECONDS = 24 * 3600;
const LEAST_WAIT = 15;
/** A look costs two state transitions: a day of waiting comes to some 300 of them. */
const MOST_WAIT = 300;

export async function judge(deps: DeliveryDeps, delivery: Delivery, me: Me): Promise<Verdict> {
  const { store } = deps;
  const record: DeliveryRecord = { ...holderOf(me), time: delivery.time, startedAt: me.startedAt };
  const key = scheduleKeys.delivery(delivery.name, delivery.time);
  if (!(await store.putIfAbsent(key, record))) {
    const { executionArn, dispatch } = await store.get(DeliveryRecord, key);
    if (executionArn !== me.executionArn)
      return dropped(deps, delivery, record, { reason: 'duplicate', by: dispatch });
  }
  if (delivery.overlap === 'allow') return { next: 'go' };
  const turn = await takeTurn(deps, delivery, me);
  return turn.next === 'drop' ? dropped(deps, delivery, record, turn) : turn;
}

async function dropped(
  { store }: DeliveryDeps,
  { name }: Delivery,
  record: DeliveryRecord,
  { reason, by }: Pick<DroppedRecord, 'reason' | 'by'>,
): Promise<Verdict> {
  const told: DroppedRecord = { ...record, reason, by };
  await store.put(scheduleKeys.dropped(name, record.dispatch), told);
  return { next: 'drop', reason, by };
}

async function takeTurn(deps: DeliveryDeps, delivery: Delivery, me: Me): Promise<Verdict> {
  const key = scheduleKeys.lease(delivery.name);
  for (let round = 0; round < ROUNDS; round++) {
    const found = await deps.leases.find(Lease, key);
    const { lease, verdict } = await decide(deps, delivery, me, found?.value);
    if (!lease || (await deps.leases.put(key, lease, found?.etag))) return verdict;
  }
  // Others take turns all the time; this one looks again later.
  return { next: 'wait', seconds: LEAST_WAIT };
}

interface Decision {
  readonly verdict: Verdict;
  /** What the lease becomes; absent: it stays. */
  readonly lease?: Lease;
}

async function decide(
  deps: DeliveryDeps,
  { overlap }: Delivery,
  me: Me,
  lease: Lease | undefined,
): Promise<Decision> {
  const mine = holderOf(me);
  if (!lease) return { verdict: { next: 'go' }, lease: { holder: mine } };
  const { holder } = lease;
  if (isMe(holder, me)) return { verdict: { next: 'go' } };
  const runs = !(await hasEnded(deps, holder));
  const other =
    lease.waiting && !isMe(lease.waiting, me) && !(await hasEnded(deps, lease.waiting))
      ? lease.waiting
      : undefined;
  if (!runs && !other) return { verdict: { next: 'go' }, lease: { holder: mine } };
  const by = (runs ? holder : (other ?? holder)).dispatch;
  const drop: Decision = { verdict: { next: 'drop', reason: 'overlap', by } };
  const waited = (deps.now() - Date.parse(me.startedAt)) / 1000;
  if (overlap !== 'queue' || waited >= MOST_SECONDS) return drop;
  const verdict: Verdict = { next: 'wait', seconds: waitSeconds(waited) };
  // The one that waited goes next, and its place is free.
  if (!runs && other) return { verdict, lease: { holder: other, waiting: mine } };
  if (other) return drop;
  if (lease.waiting && isMe(lease.waiting, me)) return { verdict };
  return { verdict, lease: { holder, waiting: mine } };
}

const waitSeconds = (waited: number): number =>
  Math.ceil(Math.min(MOST_WAIT, Math.max(LEAST_WAIT, waited / 10)));

const holderOf = ({ dispatch, executionArn }: Me): Holder => ({ dispatch, executionArn });
const isMe = (holder: Holder, me: Me): boolean => holder.executionArn === me.executionArn;

/** By then a recall has come to its end, or nobody waits for it any more. */
const RECALLED_BY = 24 * 3600 * 1000;

/**
 * Its execution has ended; and where that broke off after there was a plan, the recall has written what became
 * of the nodes: until then something may still run there.
 */
async function hasEnded(
  { previous, store, now }: DeliveryDeps,
  { dispatch, executionArn }: Holder,
): Promise<boolean> {
  const execution = await previous.find(executionArn);
  if (!execution || execution.state === 'succeeded') return true;
  if (execution.state === 'running') return false;
  if (now() - (execution.stoppedAt ?? 0) > RECALLED_BY) return true;
  if ((await store.findText(keys.plan(dispatch))) === undefined) return true;
  return (await store.findText(keys.report(dispatch, 'json'))) !== undefined;
}
