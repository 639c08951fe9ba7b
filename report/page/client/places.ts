/** Outcomes by account and by Region; a click shows the nodes of one. */
import type { Counts } from '../../../contract/outcomes.ts';
import type { PageData, PageShard } from '../data.ts';
import { bar } from './bars.ts';
import type { Controls } from './controls.ts';
import { button, el, section } from './dom.ts';
import { number, plural } from './format.ts';
import { BAR_ORDER, sum } from './outcomes.ts';

const SHOWN = 10;

interface Place {
  readonly name: string;
  readonly counts: Counts;
  /** What could not be read there. */
  readonly blind: readonly PageShard[];
}

export function places(data: PageData, controls: Controls): HTMLElement {
  return section(
    'places',
    'Accounts and Regions',
    el(
      'div',
      { class: 'columns' },
      chart('Account', gather(data, 'account'), (name) => show(controls, 'account', name)),
      chart('Region', gather(data, 'region'), (name) => show(controls, 'region', name)),
    ),
  );
}

const show = (controls: Controls, by: 'account' | 'region', name: string): void =>
  controls.pick(by, controls.state.filters[by] === name ? undefined : name);

/** Those with most trouble first. */
function gather({ shards }: PageData, by: 'account' | 'region'): Place[] {
  const found = Map.groupBy(shards, (shard) => shard[by]);
  return [...found]
    .map(([name, of]) => ({
      name,
      counts: Object.fromEntries(
        BAR_ORDER.map((o) => [o, of.reduce((n, { counts }) => n + (counts[o] ?? 0), 0)]),
      ),
      blind: of.filter((s) => s.skipped),
    }))
    .toSorted((a, b) => trouble(b) - trouble(a) || (a.name < b.name ? -1 : 1));
}

const trouble = ({ counts, blind }: Place): number =>
  sum(counts) - (counts.succeeded ?? 0) + blind.length;

function chart(title: string, all: readonly Place[], onPick: (name: string) => void): HTMLElement {
  const widest = Math.max(1, ...all.map((place) => sum(place.counts)));
  const line = ({ name, counts, blind }: Place): HTMLElement =>
    el(
      'li',
      {},
      button({ class: 'link', title: `Show the nodes of ${name}` }, () => onPick(name), name),
      el('span', { class: 'track' }, bar(counts, widest)),
      el('span', { class: 'count' }, number(sum(counts))),
      blind.length > 0 && el('span', { class: 'note' }, `not read: ${causes(blind)}`),
    );
  const list = el('ul', { class: 'places' }, ...all.slice(0, SHOWN).map(line));
  const more = button({ class: 'more' }, () => {
    list.append(...all.slice(SHOWN).map(line));
    more.remove();
  });
  more.textContent = `Show all ${number(all.length)}`;
  return el('div', {}, el('h3', {}, title), list, all.length > SHOWN && more);
}

function causes(blind: readonly PageShard[]): string {
  const kinds = new Set(
    blind.map(({ skipped }) =>
      skipped?.action ? `${skipped.code} on ${skipped.action}` : (skipped?.code ?? ''),
    ),
  );
  return `${[...kinds].join(', ')} (${plural(blind.length, 'shard')})`;
}
