/** The one place where the state changes; everything else is told. */
import { type Filter, fromFragment, type State, toFragment } from './state.ts';

export interface Controls {
  readonly state: State;
  /** A change of what is searched or filtered starts at the first page. */
  change(change: Partial<State>): void;
  /** Adds a filter, or takes it away with `undefined`. */
  filter(filter: Filter, value: string | undefined): void;
  /** Told of the state at once, and of every change. */
  onChange(listener: (state: State) => void): void;
}

export function controls(): Controls {
  let state = fromFragment(location.hash);
  const listeners: ((state: State) => void)[] = [];
  const become = (next: State): void => {
    state = next;
    for (const listener of listeners) listener(state);
  };
  addEventListener('hashchange', () => become(fromFragment(location.hash)));
  const change = (part: Partial<State>): void => {
    const narrows = 'q' in part || 'filters' in part || 'sort' in part || 'down' in part;
    const next = { ...state, ...(narrows && { page: 1 }), ...part };
    // Replaced, not pushed: the way back leads out of the page, not through each letter of a search.
    history.replaceState(null, '', `#${toFragment(next)}`);
    become(next);
  };
  return {
    get state() {
      return state;
    },
    change,
    filter(filter, value) {
      const filters: Partial<Record<Filter, string>> = { ...state.filters };
      delete filters[filter];
      change({ filters: { ...filters, ...(value !== undefined && { [filter]: value }) } });
    },
    onChange(listener) {
      listeners.push(listener);
      listener(state);
    },
  };
}
