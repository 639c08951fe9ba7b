/** Counts by outcome as one bar of parts; in words for who does not see it. */
import type { Counts } from '../../../contract/outcomes.ts';
import { el, percent, sized } from './dom.ts';
import { number, words } from './format.ts';
import { BAR_ORDER } from './outcomes.ts';

export const inWords = (counts: Counts): string =>
  BAR_ORDER.filter((o) => counts[o])
    .map((o) => `${number(counts[o] ?? 0)} ${words(o)}`)
    .join(', ') || 'no nodes';

/** `whole` is what the full width stands for. */
export const bar = (counts: Counts, whole: number): HTMLElement =>
  el(
    'span',
    { class: 'bar', role: 'img', 'aria-label': inWords(counts), title: inWords(counts) },
    ...BAR_ORDER.filter((o) => counts[o]).map((o) =>
      sized(el('span', { class: 'part', 'data-outcome': o }), {
        width: percent(counts[o] ?? 0, whole),
      }),
    ),
  );

export const badge = (outcome: string): HTMLElement =>
  el('span', { class: 'badge', 'data-outcome': outcome }, words(outcome));
