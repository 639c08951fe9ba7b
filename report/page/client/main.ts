/** Draws the page out of the data in it. */
import type { PageData } from '../data.ts';
import { controls } from './controls.ts';
import { el, section } from './dom.ts';
import { number } from './format.ts';
import { groups } from './groups.ts';
import { modelOf } from './model.ts';
import { places } from './places.ts';
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
const state = controls();

/** A link may name a node only: the page that holds it is turned to. */
function turnToNode(): void {
  const { node, page } = state.state;
  if (node === '') return;
  const at = model.select(state.state).findIndex((item) => item.node === node);
  const its = Math.floor(at / PAGE_SIZE) + 1;
  if (at >= 0 && its !== page) state.change({ page: its });
  document.querySelector('tr[data-open]')?.scrollIntoView({ block: 'center' });
}

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
      data.unlisted > 0 &&
        el(
          'p',
          { class: 'cause' },
          `${number(data.unlisted)} of ${number(data.plan.matched)} nodes are counted above but not listed here; those that did not succeed are listed first. All are in `,
          el('code', {}, data.tables.join(', ')),
          ' or in ',
          el('code', {}, `fleetwide results ${data.dispatch} --format csv`),
          '.',
        ),
      toolbar(data, model, state),
      table(data, model, state),
    ),
    el(
      'footer',
      {},
      'All nodes as CSV, JSON Lines, JSON and JUnit, in the results bucket: ',
      el('code', {}, data.tables.join(' ')),
    ),
  ),
);
turnToNode();
addEventListener('hashchange', turnToNode);
// A filter picked far above the table is seen to work.
state.onChange(() => {
  const active = document.activeElement;
  if (active?.closest('#places, #times, #said'))
    document.getElementById('nodes')?.scrollIntoView({ block: 'start' });
});
