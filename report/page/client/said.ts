/** What stands above the table: how many nodes it shows, and what it does not show. */
import type { PageData } from '../data.ts';
import { el } from './dom.ts';
import { number, plural, words } from './format.ts';
import { BAR_ORDER } from './outcomes.ts';
import { allNodes } from './links.ts';
import type { Model } from './model.ts';
import { elsewhere } from './output.ts';
import { type Filter, INITIAL, type State, toFragment } from './state.ts';

type Part = string | HTMLElement;

/** @param range the listed nodes in view, as `1–100`, and all that are listed like that */
export function said(
  data: PageData,
  model: Model,
  state: State,
  { range, listed }: { readonly range: string; readonly listed: number },
): Part[] {
  const odd = model.odd(state).flatMap(([filter, value]): Part[] => [ODD[filter](value), ' ']);
  if (odd.length > 0) return odd;
  return [...strangeNode(data, model, state), ...counted(data, model, state, range, listed)];
}

const ODD: Readonly<Record<Filter, (value: string) => string>> = {
  outcome: (value) => `This link asks for the outcome “${value}”, which no node here has.`,
  account: (value) => `This link asks for the account “${value}”, of which no node is here.`,
  region: (value) => `This link asks for the Region “${value}”, of which no node is here.`,
  wave: (value) => `This link asks for the wave “${value}”, in which no node was.`,
  exit: (value) => `This link asks for the exit code “${value}”, which no node here has.`,
  said: (value) => `This link asks for the output “${value}”, which is not in this page.`,
};

function strangeNode(data: PageData, { items }: Model, { node }: State): Part[] {
  if (node === '' || items.some((item) => item.node === node)) return [];
  // Nothing that a link says is put into a command, but for an id.
  if (data.unlisted === 0 || !/^m?i-[0-9a-f]{8,17}$/.test(node))
    return [`This link names the node “${node}”, which is not here. `];
  return [
    `This link names the node “${node}”, which is not listed here; what it said, if it is one: `,
    el('code', {}, elsewhere(data.dispatch, node)),
    '. ',
  ];
}

function counted(
  data: PageData,
  model: Model,
  state: State,
  range: string,
  listed: number,
): Part[] {
  const more = model.unlisted(state, listed);
  const here = `${range} of ${plural(listed, 'node')}`;
  if (more === 0) return [listed === 0 ? 'No node is like that.' : here];
  // The text above the table says it already.
  if (toFragment({ ...INITIAL, q: state.q, filters: state.filters }) === '')
    return [`${here} that are listed`];
  const where: Part[] = ['they are in ', ...allNodes(data), '.'];
  if (more === undefined)
    return [
      listed === 0 ? 'No node that is listed is like that' : `${here} that are listed`,
      `; among the ${number(data.unlisted)} that are not listed there may be more: `,
      ...where,
    ];
  return listed === 0
    ? [
        `${more === 1 ? 'This node is' : `These ${number(more)} nodes are`} not listed here; `,
        ...where,
      ]
    : [`${here} that are listed; ${number(more)} more are not listed here: `, ...where];
}

/** What a page that has no room for all nodes leaves out. */
export function unlisted(data: PageData, { items }: Model): HTMLElement {
  const listed = Map.groupBy(items, ({ ending }) => ending.outcome);
  const left = BAR_ORDER.flatMap((outcome) => {
    const n = (data.counts[outcome] ?? 0) - (listed.get(outcome)?.length ?? 0);
    return n > 0 ? [`${number(n)} ${words(outcome)}`] : [];
  });
  return el(
    'p',
    { class: 'cause' },
    `${number(data.unlisted)} of ${number(data.plan.matched)} nodes are counted above but not listed here: ${left.join(', ')}. All are in `,
    ...allNodes(data),
    '.',
  );
}
