/** Search and filters of the table. */
import { harmless } from '../../harmless.ts';
import type { PageData, PageEnding } from '../data.ts';
import type { Controls } from './controls.ts';
import { button, el } from './dom.ts';
import { number, words } from './format.ts';
import type { Model } from './model.ts';
import { FILTERS, type Filter } from './state.ts';

const LABELS: Readonly<Record<Exclude<Filter, 'said'>, string>> = {
  outcome: 'Outcome',
  account: 'Account',
  region: 'Region',
  wave: 'Wave',
  exit: 'Exit code',
};

const TYPING_MS = 120;

export function toolbar(data: PageData, model: Model, controls: Controls): HTMLElement {
  const search = el('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Name, id, reason or output',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-keyshortcuts': '/',
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => controls.type(search.value), TYPING_MS);
  });
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.matches('input, select');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
  });

  const selects = FILTERS.filter((filter) => filter !== 'said').map((filter) => {
    const values = model.values(filter);
    // Of what the counts do not tell, only the listed ones are known.
    const listed = filter === 'exit' && data.unlisted > 0 ? ' listed' : '';
    const options = values.map(([value, nodes]) =>
      el(
        'option',
        { value },
        `${filter === 'outcome' ? words(value) : value} (${number(nodes)}${listed})`,
      ),
    );
    const select = el(
      'select',
      { id: `filter-${filter}` },
      el('option', { value: '' }, 'all'),
      ...options,
    );
    select.addEventListener('change', () =>
      controls.filter(filter, select.value === '' ? undefined : select.value),
    );
    return { filter, select };
  });

  const said = button({ class: 'chip' }, () => controls.filter('said', undefined));
  const clear = button({ class: 'more' }, () => controls.change({ q: '', filters: {}, node: '' }));
  clear.textContent = 'Clear';

  const show = (): void => {
    const { q, filters } = controls.state;
    // Not while it is typed into: the state lags behind the letters.
    if (document.activeElement !== search || q === '') search.value = q;
    for (const { filter, select } of selects) select.value = filters[filter] ?? '';
    said.hidden = filters.said === undefined;
    said.textContent = `${inBrief(data.endings[Number(filters.said) - 1])} ✕`;
    clear.hidden = q === '' && Object.keys(filters).length === 0;
  };
  controls.onChange(show);

  return el(
    'form',
    { class: 'toolbar', role: 'search', 'aria-label': 'Nodes' },
    el('label', { class: 'search' }, el('span', {}, 'Search'), search),
    ...selects.map(({ filter, select }) => el('label', {}, el('span', {}, LABELS[filter]), select)),
    said,
    clear,
  );
}

/** Which output a filter stands for: its first line, the errors' rather than the other's. */
function inBrief(ending: PageEnding | undefined): string {
  if (!ending) return 'no such output';
  const text = ending.stderr?.text ?? ending.stdout?.text ?? '';
  const line = text.split('\n').find((each) => each.trim() !== '') ?? 'no output';
  return `${words(ending.outcome)}, said: ${harmless(line.slice(0, 40))}`;
}
