/**
 * Ready: may the next wave go now? Asked before each wave, and again after each thing that it waits for, so
 * that what is true is what is true when the wave goes.
 */
import type * as z from 'zod';
import { keys } from '../../contract/names.ts';
import type { Request } from '../../contract/request.ts';
import type { ReadyInput, ReadyOutput } from '../../contract/steps.ts';
import { type Stop, STOPS } from '../../contract/stops.ts';
import { type Decision, Plan, StoredRequest } from '../../contract/stored.ts';
import type { HubDeps } from '../shared/hub.ts';
import { stoppedBy, stopTimes } from '../shared/stopping.ts';
import { decisionOn } from './decision.ts';

export type ReadyDeps = Pick<HubDeps, 'store' | 'now' | 'log'>;
type Input = z.infer<typeof ReadyInput>;

export async function ready(deps: ReadyDeps, input: Input): Promise<ReadyOutput> {
  const { store, now } = deps;
  const stored = await store.get(StoredRequest, keys.request(input.dispatch));
  const { approval } = stored.request;
  // First of all: whatever becomes of the wave, what a person said is kept.
  const wanted = approval && (await isWanted(deps, input));
  const decision = wanted ? await decisionOn(deps, input) : undefined;
  const times = stopTimes(stored);
  const stop = stoppedBy(times, now());
  if (stop) return stopped(stop, input.wave, now());
  const ends = times.map(({ at }) => Date.parse(at));
  if (wanted && decision === 'expired') return stopped('ApprovalExpired', input.wave, now());
  if (wanted && !decision) {
    const until = Math.min(now() + approval.expiresAfterSeconds * 1000, ...ends);
    const seconds = Math.max(1, Math.ceil((until - now()) / 1000));
    return { ...WELL, next: 'ask', until: timestamp(until), seconds };
  }
  if (decision && decision !== 'expired' && !decision.approved)
    return stopped('Rejected', input.wave, now(), decision);
  const from = notBefore(stored.request, input);
  if (now() >= from) return { ...WELL, next: 'go', until: timestamp(now()) };
  // No longer than it can make a difference.
  return { ...WELL, next: 'wait', until: timestamp(Math.min(from, ...ends)) };
}

const WELL = { seconds: 1, error: '', cause: '' } as const;

async function isWanted({ store }: ReadyDeps, { dispatch, wave }: Input): Promise<boolean> {
  const plan = await store.get(Plan, keys.plan(dispatch));
  return plan.waves[wave]?.approval === true;
}

const timestamp = (ms: number): string => new Date(ms).toISOString();

function stopped(stop: Stop, wave: number, now: number, decision?: Decision): ReadyOutput {
  const why = decision
    ? `rejected by ${decision.by}: ${decision.reason ?? 'no reason given'}`
    : STOPS[stop].message;
  const cause = `wave ${wave + 1} was not begun: ${why}`;
  return { next: 'stop', until: timestamp(now), seconds: 1, error: stop, cause };
}

/** When the wave may begin (ms). */
function notBefore({ window, pauseBetween = 0 }: Request, { endedAt }: Input): number {
  const opens = window?.startAfter ? Date.parse(window.startAfter) : 0;
  return endedAt === '' ? opens : Math.max(opens, Date.parse(endedAt) + pauseBetween * 1000);
}
