/** The nodes, a page at a time, each with its output behind it. */
import type { PageData } from '../data.ts';
import { badge } from './bars.ts';
import type { Controls } from './controls.ts';
import { button, el } from './dom.ts';
import { duration, number } from './format.ts';
import type { Item, Model } from './model.ts';
import { fetched, stream, why } from './output.ts';
import { said } from './said.ts';
import type { Column } from './state.ts';

/** Rows at once: they are drawn within a frame, and a page is still an overview. */
export const PAGE_SIZE = 100;
/** On paper there is nothing to turn. */
const MOST_PRINTED = 2_000;

const HEADS: Readonly<Record<Column, string>> = {
  outcome: 'Outcome',
  name: 'Node',
  account: 'Account',
  region: 'Region',
  wave: 'Wave',
  exit: 'Exit',
  began: 'Began',
  took: 'Took',
};
const COLUMNS: readonly Column[] = [
  'outcome',
  'name',
  'account',
  'region',
  'wave',
  'exit',
  'began',
  'took',
];

export function table(data: PageData, model: Model, controls: Controls): HTMLElement {
  const heads = COLUMNS.map((column) => {
    const sort = button({}, () => {
      const { state } = controls;
      controls.change({ sort: column, down: state.sort === column && !state.down });
    });
    sort.textContent = HEADS[column];
    return { column, head: el('th', { scope: 'col', class: column }, sort) };
  });
  const body = el('tbody');
  const status = el('p', { role: 'status', class: 'status' });
  const turn = (by: number) => (): void => {
    const page = controls.state.page + by;
    if (page >= 1 && page <= pages) controls.change({ page, node: '' });
  };
  const earlier = button({ class: 'more' }, turn(-1), 'Earlier');
  const later = button({ class: 'more' }, turn(1), 'Later');
  const pager = el('nav', { class: 'pager', 'aria-label': 'Pages' }, earlier, later);
  let pages = 1;

  const draw = (printed = false): void => {
    const { state } = controls;
    const items = model.select(state);
    const size = printed ? MOST_PRINTED : PAGE_SIZE;
    pages = Math.max(1, Math.ceil(items.length / size));
    const page = printed ? 1 : Math.min(state.page, pages);
    const shown = items.slice((page - 1) * size, page * size);
    for (const { column, head } of heads)
      if (column === state.sort)
        head.setAttribute('aria-sort', state.down ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    keepingFocus(body, () =>
      body.replaceChildren(...shown.flatMap((item) => rowsOf(data, item, controls))),
    );
    const from = (page - 1) * size + 1;
    const range = `${number(from)}–${number(from + shown.length - 1)}`;
    status.replaceChildren(...said(data, model, state, { range, listed: items.length }));
    pager.hidden = pages === 1;
    earlier.setAttribute('aria-disabled', String(page === 1));
    later.setAttribute('aria-disabled', String(page === pages));
  };
  addEventListener('keydown', (event) => {
    const { node } = controls.state;
    // In the search and in a list Escape has a meaning of its own.
    const typing = event.target instanceof Element && event.target.matches('input, select');
    if (event.key !== 'Escape' || node === '' || typing) return;
    controls.change({ node: '' });
    openerOf(body, node)?.focus();
  });
  addEventListener('beforeprint', () => draw(true));
  addEventListener('afterprint', () => draw());
  controls.onChange(() => draw());

  return el(
    'div',
    { class: 'nodes' },
    status,
    el(
      'div',
      { class: 'scroll' },
      el(
        'table',
        {},
        el('caption', { class: 'unseen' }, 'Nodes and how the dispatch ended on each'),
        el('thead', {}, el('tr', {}, ...heads.map(({ head }) => head))),
        body,
      ),
    ),
    pager,
  );
}

/** Rows are drawn anew; who stood on one with the keyboard still does. */
function keepingFocus(body: HTMLElement, change: () => void): void {
  const node = body.contains(document.activeElement)
    ? document.activeElement?.getAttribute('data-node')
    : undefined;
  change();
  if (node) openerOf(body, node)?.focus({ preventScroll: true });
}

const openerOf = (body: HTMLElement, node: string): HTMLElement | undefined =>
  [...body.querySelectorAll<HTMLElement>('[data-node]')].find(
    (each) => each.getAttribute('data-node') === node,
  );

function rowsOf(data: PageData, item: Item, controls: Controls): HTMLElement[] {
  const { ending } = item;
  const open = controls.state.node === item.node;
  const toggle = (): void => controls.change({ node: open ? '' : item.node });
  const opener = button(
    { class: 'opener', 'aria-expanded': String(open), 'data-node': item.node },
    toggle,
    item.name,
  );
  const row = el(
    'tr',
    { 'data-open': open },
    el('td', {}, badge(ending.outcome)),
    el(
      'td',
      { class: 'name' },
      opener,
      item.name !== item.node && el('span', { class: 'id' }, item.node),
      el('span', { class: 'place' }, `${item.account} ${item.region}`),
    ),
    el('td', { class: 'account' }, item.account),
    el('td', { class: 'region' }, item.region),
    el('td', { class: 'wave' }, item.wave < 0 ? '–' : item.wave + 1),
    el('td', { class: 'exit' }, ending.exitCode ?? '–'),
    el('td', { class: 'began' }, item.began === null ? '–' : `+${duration(item.began)}`),
    el('td', { class: 'took' }, item.took === null ? '–' : duration(item.took)),
  );
  // The whole row is a target for the mouse; the keyboard has the button.
  row.addEventListener('click', (event) => {
    if (event.target instanceof Element && !event.target.closest('button, a')) toggle();
  });
  return open ? [row, detail(data, item)] : [row];
}

const detail = (data: PageData, item: Item): HTMLElement =>
  el(
    'tr',
    { class: 'detail' },
    el(
      'td',
      { colspan: COLUMNS.length },
      el(
        'p',
        {},
        why(item.ending),
        ' ',
        el('code', { class: 'itself' }, item.node),
        ' ',
        el('a', { href: `#node=${encodeURIComponent(item.node)}` }, 'Link to this node'),
      ),
      item.file && fetched(item.file, data, item.node),
      item.ending.stdout && stream('stdout', item.ending.stdout, data, item.node),
      item.ending.stderr && stream('stderr', item.ending.stderr, data, item.node),
    ),
  );
