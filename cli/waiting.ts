/** What a dispatch that runs waits for: a person, or the clock. */
import { keys } from '../contract/names.ts';
import { ApprovalRecord, type Plan } from '../contract/stored.ts';
import type { Request } from '../contract/request.ts';
import type { WaveState } from './follow/watch.ts';
import type { Hub } from './hub.ts';
import { count } from './text.ts';

export type Question = ApprovalRecord & { readonly token: string };

/** Of a dispatch that runs. A question without a token was decided. */
export async function questionOf(
  hub: Pick<Hub, 'find'>,
  id: string,
  plan: Pick<Plan, 'waves'> | undefined,
): Promise<Question | undefined> {
  for (const [wave, { approval }] of plan?.waves.entries() ?? []) {
    const record = approval && (await hub.find(ApprovalRecord, keys.approval(id, wave)));
    if (record && record.token !== undefined) return { ...record, token: record.token };
  }
  return undefined;
}

export const questionText = (id: string, { wave, nodes, expiresAt }: Question): string =>
  `wave ${wave + 1} (${count(nodes, 'node')}) waits for a person until ${expiresAt}: fleetwide approve ${id}, or fleetwide reject ${id} --reason …`;

/** For a program; who may see the question need not be told the token. */
export const questionFields = ({ wave, nodes, askedAt, expiresAt }: Question) => ({
  wave: wave + 1,
  nodes,
  askedAt,
  expiresAt,
});

export interface Pause {
  /** From 0. */
  readonly wave: number;
  readonly until: number;
  readonly why: 'window' | 'pause';
}

/** What the clock holds back: the wave after `last`, the latest that was seen. */
export function pauseOf(
  { window, pauseBetween }: Request,
  waves: number,
  last: WaveState | undefined,
  now: number,
): Pause | undefined {
  if (last && !last.over) return undefined;
  const wave = last ? last.wave + 1 : 0;
  if (wave >= waves) return undefined;
  const opens = window?.startAfter ? Date.parse(window.startAfter) : 0;
  const ends = last ? [...last.groups.values()].map(({ endedAt = 0 }) => endedAt) : [];
  const rested = pauseBetween && ends.length > 0 ? Math.max(...ends) + pauseBetween * 1000 : 0;
  const until = Math.max(opens, rested);
  if (until <= now) return undefined;
  return { wave, until, why: opens >= rested ? 'window' : 'pause' };
}

export const pauseText = ({ wave, until, why }: Pause): string =>
  `wave ${wave + 1} waits until ${instant(until)}${why === 'window' ? ', when its window opens' : ': the pause between waves'}`;

export const pauseFields = ({ wave, until, why }: Pause) => ({
  wave: wave + 1,
  until: instant(until),
  why,
});

const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
