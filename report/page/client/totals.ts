/** How many nodes there are of a kind, listed or not: out of the page's counts, as far as they tell. */
import type { Counts, Outcome } from '../../../contract/outcomes.ts';
import type { PageData } from '../data.ts';
import { BAR_ORDER, sum } from './outcomes.ts';
import type { Filter, State } from './state.ts';

/** Nodes that the state means; undefined where the counts cannot tell. */
export function totalOf(data: PageData, { q, filters }: State): number | undefined {
  const { outcome, account, region, wave, said } = filters;
  const names = Object.keys(filters);
  const only = (...allowed: Filter[]): boolean => names.every((n) => allowed.some((a) => a === n));
  const of = (counts: Counts): number =>
    outcome === undefined ? sum(counts) : (counts[toOutcome(outcome) ?? 'unknown'] ?? 0);
  if (q.trim() !== '') return undefined;
  if (outcome !== undefined && toOutcome(outcome) === undefined) return 0;
  if (only('outcome')) return of(data.counts);
  if (only('outcome', 'account', 'region'))
    return data.shards
      .filter((s) => (account ?? s.account) === s.account && (region ?? s.region) === s.region)
      .reduce((n, { counts }) => n + of(counts), 0);
  if (only('outcome', 'wave')) {
    const each = data.waves.map(({ counts }) => of(counts));
    if (wave !== 'none') return each[Number(wave) - 1] ?? 0;
    return of(data.counts) - each.reduce((a, b) => a + b, 0);
  }
  const ending = data.endings[Number(said) - 1];
  if (only('outcome', 'said'))
    return ending && (outcome ?? ending.outcome) === ending.outcome ? ending.nodes : 0;
  return undefined;
}

const toOutcome = (text: string): Outcome | undefined => BAR_ORDER.find((o) => o === text);

/** The values of a filter with all their nodes; undefined where the counts do not know them. */
export function totals(
  data: PageData,
  filter: Filter,
): [value: string, nodes: number][] | undefined {
  if (filter === 'outcome') return BAR_ORDER.flatMap((o) => pair(o, data.counts[o] ?? 0));
  if (filter === 'account' || filter === 'region')
    return [...Map.groupBy(data.shards, (shard) => shard[filter])].flatMap(([value, of]) =>
      pair(
        value,
        of.reduce((n, { counts }) => n + sum(counts), 0),
      ),
    );
  if (filter !== 'wave') return undefined;
  const waves = data.waves.map(({ counts }) => sum(counts));
  const none = sum(data.counts) - waves.reduce((a, b) => a + b, 0);
  return [...waves.flatMap((nodes, n) => pair(String(n + 1), nodes)), ...pair('none', none)];
}

const pair = (value: string, nodes: number): [string, number][] =>
  nodes > 0 ? [[value, nodes]] : [];
