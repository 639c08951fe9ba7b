/** The one place where the state changes; everything else is told. */
import { type Filter, fromFragment, type State, toFragment } from './state.ts';

export interface Controls {
  readonly state: State;
  /** A change of what is searched or filtered starts at the first page. The way back undoes it. */
  change(change: Partial<State>): void;
  /** What follows from the state itself: the way back does not stop there. */
  correct(change: Partial<State>): void;
  /** A search as it is typed: one step of the way back, not one for each letter. */
  type(q: string): void;
  /** Adds a filter, or takes it away with `undefined`. */
  filter(filter: Filter, value: string | undefined): void;
  /**
   * The same from a chart, whose number promises nodes: where the other filters leave none of them, they go. The
   * nodes are brought into view.
   */
  pick(filter: Filter, value: string | undefined): void;
  /** These and no others. They are brought into view. */
  only(filter: Filter, value: string): void;
  /** Told of the state at once, and of every change. */
  onChange(listener: (state: State) => void): void;
}

interface Deps {
  /** Whether nobody is like that, listed or not. */
  readonly isEmpty: (state: State) => boolean;
  readonly showNodes: () => void;
}

export function controls({ isEmpty, showNodes }: Deps): Controls {
  let state = fromFragment(location.hash);
  let typing = false;
  const listeners: ((state: State) => void)[] = [];
  const become = (next: State): void => {
    state = next;
    for (const listener of listeners) listener(state);
  };
  addEventListener('hashchange', () => {
    typing = false;
    become(fromFragment(location.hash));
  });
  const go = (part: Partial<State>, replaces = false): void => {
    const narrows = 'q' in part || 'filters' in part || 'sort' in part || 'down' in part;
    const next = { ...state, ...(narrows && { page: 1 }), ...part };
    const fragment = `#${toFragment(next)}`;
    if (replaces || fragment === `#${toFragment(state)}`) history.replaceState(null, '', fragment);
    else history.pushState(null, '', fragment);
    become(next);
  };
  const change = (part: Partial<State>): void => {
    typing = false;
    go(part);
  };
  const filtered = (filter: Filter, value: string | undefined): State['filters'] => {
    const filters: Partial<Record<Filter, string>> = { ...state.filters };
    delete filters[filter];
    return { ...filters, ...(value !== undefined && { [filter]: value }) };
  };
  const only = (filter: Filter, value: string): void => {
    change({ q: '', node: '', filters: { [filter]: value } });
    showNodes();
  };
  return {
    get state() {
      return state;
    },
    change,
    correct: (part) => go(part, true),
    type(q) {
      go({ q }, typing);
      typing = true;
    },
    filter: (filter, value) => change({ filters: filtered(filter, value) }),
    pick(filter, value) {
      const filters = filtered(filter, value);
      if (value !== undefined && isEmpty({ ...state, filters })) {
        only(filter, value);
        return;
      }
      change({ filters });
      if (value !== undefined) showNodes();
    },
    only,
    onChange(listener) {
      listeners.push(listener);
      listener(state);
    },
  };
}
