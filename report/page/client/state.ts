/** What is shown ⇄ the URL's fragment, so that a link says what its sender saw. */

export const COLUMNS = [
  'outcome',
  'name',
  'account',
  'region',
  'wave',
  'exit',
  'began',
  'took',
] as const;
export type Column = (typeof COLUMNS)[number];

export const FILTERS = ['outcome', 'account', 'region', 'wave', 'exit', 'said'] as const;
export type Filter = (typeof FILTERS)[number];

export interface State {
  /** Searched for in ids, names, reasons and output. */
  readonly q: string;
  readonly filters: Readonly<Partial<Record<Filter, string>>>;
  readonly sort: Column;
  readonly down: boolean;
  /** From 1. */
  readonly page: number;
  /** The node whose output is open. */
  readonly node: string;
}

export const INITIAL: State = {
  q: '',
  filters: {},
  sort: 'outcome',
  down: false,
  page: 1,
  node: '',
};

export function toFragment(state: State): string {
  const params = new URLSearchParams();
  if (state.q !== '') params.set('q', state.q);
  for (const filter of FILTERS) {
    const value = state.filters[filter];
    if (value !== undefined) params.set(filter, value);
  }
  if (state.sort !== INITIAL.sort || state.down !== INITIAL.down)
    params.set('sort', `${state.down ? '-' : ''}${state.sort}`);
  if (state.page !== 1) params.set('page', String(state.page));
  if (state.node !== '') params.set('node', state.node);
  return params.toString();
}

/** What the fragment does not say, or says wrong, is as at the beginning. */
export function fromFragment(fragment: string): State {
  const params = new URLSearchParams(fragment.replace(/^#/, ''));
  const sort = params.get('sort') ?? INITIAL.sort;
  const filters: Partial<Record<Filter, string>> = {};
  for (const filter of FILTERS) {
    const value = params.get(filter);
    if (value !== null) filters[filter] = value;
  }
  const page = Number(params.get('page') ?? 1);
  return {
    q: params.get('q') ?? '',
    filters,
    sort: COLUMNS.find((c) => c === sort.replace(/^-/, '')) ?? INITIAL.sort,
    down: sort.startsWith('-'),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    node: params.get('node') ?? '',
  };
}
