/** Nodes that ended alike, most first: what a fleet says is read once, not a thousand times. */
import type { PageData } from '../data.ts';
import { badge } from './bars.ts';
import type { Controls } from './controls.ts';
import { button, el, section } from './dom.ts';
import { number, plural } from './format.ts';
import { OUTCOME_ORDER } from './outcomes.ts';
import { excerpt, why } from './output.ts';

const SHOWN = 6;
const STEP = 50;

export function groups(data: PageData, controls: Controls): HTMLElement {
  const all = data.endings
    .map((ending, n) => ({ ...ending, n }))
    .toSorted(
      (a, b) =>
        b.nodes - a.nodes ||
        OUTCOME_ORDER.indexOf(a.outcome) - OUTCOME_ORDER.indexOf(b.outcome) ||
        a.n - b.n,
    );
  const line = (group: (typeof all)[number]): HTMLElement =>
    el(
      'li',
      { class: 'group' },
      el(
        'div',
        { class: 'head' },
        badge(group.outcome),
        el('strong', {}, plural(group.nodes, 'node')),
        el('span', { class: 'note' }, why(group)),
        button(
          { class: 'link', 'aria-label': `Show them: the nodes of output ${group.n + 1}` },
          () => controls.only('said', String(group.n + 1)),
          'Show them',
        ),
      ),
      excerpt('stdout', group.stdout, group, data),
      excerpt('stderr', group.stderr, group, data),
    );
  const list = el('ol', { class: 'groups' }, ...all.slice(0, SHOWN).map(line));
  let shown = SHOWN;
  const more = button({ class: 'more' }, () => {
    list.append(...all.slice(shown, shown + STEP).map(line));
    shown += STEP;
    if (shown >= all.length) more.remove();
    else label();
  });
  const label = (): void => {
    more.textContent = `Show ${number(Math.min(STEP, all.length - shown))} more of ${number(all.length)}`;
  };
  label();
  const others = data.plan.matched - all.reduce((n, { nodes }) => n + nodes, 0);
  return section(
    'said',
    'What the nodes said',
    list,
    all.length > shown && more,
    others > 0 && el('p', { class: 'note' }, `${plural(others, 'more node')} said something else.`),
  );
}
