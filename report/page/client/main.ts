/** Draws the page out of the data in it. */
import type { PageData } from '../data.ts';
import { objectUri } from '../console.ts';
import { controls } from './controls.ts';
import { el, section } from './dom.ts';
import { groups } from './groups.ts';
import { fileLinks } from './links.ts';
import { modelOf } from './model.ts';
import { places } from './places.ts';
import { unlisted } from './said.ts';
import { summary } from './summary.ts';
import { PAGE_SIZE, table } from './table.ts';
import { times } from './times.ts';
import { toolbar } from './toolbar.ts';

/** The same release wrote both the data and this script into the page, so the rest of its shape is known. */
const isPageData = (value: unknown): value is PageData =>
  typeof value === 'object' && value !== null && 'endings' in value;

const data: unknown = JSON.parse(document.getElementById('data')?.textContent ?? '');
if (!isPageData(data)) throw new Error('the page holds no report');
const model = modelOf(data);
const state = controls({
  isEmpty: (next) => {
    const listed = model.select(next).length;
    return listed === 0 && model.unlisted(next, listed) === 0;
  },
  // A filter picked far above the table is seen to work.
  showNodes: () => document.getElementById('nodes')?.scrollIntoView({ block: 'start' }),
});

/** A link may name a node only: the page that holds it is turned to. */
function turnToNode(): void {
  const { node, page } = state.state;
  if (node === '') return;
  const at = model.select(state.state).findIndex((item) => item.node === node);
  const its = Math.floor(at / PAGE_SIZE) + 1;
  if (at >= 0 && its !== page) state.correct({ page: its });
  document.querySelector('tr[data-open]')?.scrollIntoView({ block: 'center' });
}

const folder = (data.tables[0] ?? '').replace(/[^/]*$/, '');

document.body.append(
  el(
    'main',
    {},
    summary(data, state),
    places(data, state),
    times(data, state),
    groups(data, state),
    section(
      'nodes',
      'Nodes',
      data.unlisted > 0 && unlisted(data, model),
      toolbar(data, model, state),
      table(data, model, state),
    ),
    el(
      'footer',
      {},
      'All nodes are in ',
      ...fileLinks(data, data.tables),
      '. Beside them ',
      ...fileLinks(data, data.others),
      ', in ',
      el('code', {}, objectUri(data.home, folder)),
    ),
  ),
);
turnToNode();
addEventListener('hashchange', turnToNode);
