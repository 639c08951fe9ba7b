/** Rows as the table wants them: found, filtered, sorted. No document in here. */
import { OUTCOME_ORDER } from './outcomes.ts';
import type { PageData, PageEnding, PageFile } from '../data.ts';
import { type Column, type Filter, FILTERS, type State } from './state.ts';
import { totalOf, totals } from './totals.ts';

export interface Item {
  readonly node: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly wave: number;
  readonly number: number;
  readonly ending: PageEnding;
  readonly began: number | null;
  readonly took: number | null;
  readonly file: PageFile | undefined;
}

export interface Model {
  readonly items: readonly Item[];
  /** Those that the state shows, in its order. */
  select(state: State): Item[];
  /** The values that a filter can take, with how many nodes have them: listed or not, but for `exit`. */
  values(filter: Exclude<Filter, 'said'>): [value: string, nodes: number][];
  /** Nodes like that which are not listed; undefined where the counts cannot tell. */
  unlisted(state: State, listed: number): number | undefined;
  /** Filters whose value nothing here has: a link that was cut or is of another dispatch. */
  odd(state: State): [filter: Filter, value: string][];
}

export function modelOf(data: PageData): Model {
  const items = data.rows.map(([shard, node, name, wave, number, began, took, file]): Item => {
    const { account = '', region = '' } = data.shards[shard] ?? {};
    const ending = data.endings[number] ?? NOTHING;
    return { node, name: name ?? node, account, region, wave, number, ending, began, took, file };
  });
  // Made at the first search: most visits have none.
  let texts: string[] | undefined;
  const found = (number: number, q: string): boolean => {
    texts ??= data.endings.map(({ reason, stdout, stderr, statusDetails }) =>
      [reason?.code, reason?.message, statusDetails, stdout?.text, stderr?.text]
        .filter((text) => text !== undefined)
        .join('\n')
        .toLowerCase(),
    );
    return texts[number]?.includes(q) ?? false;
  };
  const values: Model['values'] = (filter) => {
    const key = KEYS[filter];
    const counts = new Map<string, number>();
    for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
    const all = data.unlisted > 0 ? totals(data, filter) : undefined;
    return (all ?? [...counts]).toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  };
  return {
    items,
    values,
    unlisted(state, listed) {
      if (data.unlisted === 0) return 0;
      const total = totalOf(data, state);
      return total === undefined ? undefined : Math.max(0, total - listed);
    },
    odd: ({ filters }) =>
      FILTERS.flatMap((filter): [Filter, string][] => {
        const value = filters[filter];
        if (value === undefined || (filter === 'exit' && data.unlisted > 0)) return [];
        const known =
          filter === 'said'
            ? data.endings.some((_, n) => String(n + 1) === value)
            : values(filter).some(([each]) => each === value);
        return known ? [] : [[filter, value]];
      }),
    select(state) {
      const q = state.q.trim().toLowerCase();
      const tests = Object.entries(state.filters).flatMap(([filter, value]) => {
        const key = keyOf(filter);
        return key ? [(item: Item) => key(item) === value] : [];
      });
      const endings = q === '' ? [] : data.endings.map((_, n) => found(n, q));
      const searched = (item: Item): boolean =>
        q === '' ||
        endings[item.number] === true ||
        [item.node, item.name, item.account, item.region].some((t) => t.toLowerCase().includes(q));
      return items
        .filter((item) => tests.every((test) => test(item)) && searched(item))
        .toSorted(orderOf(state.sort, state.down));
    },
  };
}

const NOTHING: PageEnding = { outcome: 'unknown', nodes: 0 };

/** What a filter compares. */
const KEYS: Readonly<Record<Filter, (item: Item) => string>> = {
  outcome: (item) => item.ending.outcome,
  account: (item) => item.account,
  region: (item) => item.region,
  wave: (item) => (item.wave < 0 ? 'none' : String(item.wave + 1)),
  exit: (item) => (item.ending.exitCode === undefined ? 'none' : String(item.ending.exitCode)),
  said: (item) => String(item.number + 1),
};

const keyOf = (filter: string): ((item: Item) => string) | undefined =>
  Object.entries(KEYS).find(([name]) => name === filter)?.[1];

type Order = (a: Item, b: Item) => number;

/** Code units, not a locale: 20,000 names are sorted in a few milliseconds. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byText =
  (key: (item: Item) => string): Order =>
  (a, b) =>
    compare(key(a), key(b));
/** What has no number comes last, whichever way is sorted. */
const byNumber =
  (key: (item: Item) => number | null | undefined, down: boolean): Order =>
  (a, b) => {
    const last = down ? -Infinity : Infinity;
    const [x, y] = [key(a) ?? last, key(b) ?? last];
    return x < y ? -1 : x > y ? 1 : 0;
  };

function orderOf(column: Column, down: boolean): Order {
  const orders: Readonly<Record<Column, Order>> = {
    // Whatever asks for attention first: what failed before what succeeded.
    outcome: byNumber((item) => OUTCOME_ORDER.indexOf(item.ending.outcome), down),
    name: byText((item) => item.name),
    account: byText((item) => item.account),
    region: byText((item) => item.region),
    wave: byNumber((item) => (item.wave < 0 ? null : item.wave), down),
    exit: byNumber((item) => item.ending.exitCode, down),
    began: byNumber((item) => item.began, down),
    took: byNumber((item) => item.took, down),
  };
  const chosen = orders[column];
  const sign = down ? -1 : 1;
  return (a, b) => sign * chosen(a, b) || compare(a.name, b.name) || compare(a.node, b.node);
}
