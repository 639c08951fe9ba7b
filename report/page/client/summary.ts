/** What ran, by whom, when, and how it ended. */
import type { PageData } from '../data.ts';
import { verdictOf } from '../verdict.ts';
import { bar } from './bars.ts';
import type { Controls } from './controls.ts';
import { button, el } from './dom.ts';
import { duration, instant, number, plural, words } from './format.ts';
import { executionLink } from './links.ts';
import { BAR_ORDER } from './outcomes.ts';

export function summary(data: PageData, controls: Controls): HTMLElement {
  const { counts, plan } = data;
  const took = Date.parse(data.endedAt) - Date.parse(data.startedAt);
  const tally = BAR_ORDER.filter((o) => counts[o]).map((outcome) => {
    const chip = button(
      { class: 'chip', 'data-outcome': outcome, 'aria-pressed': 'false' },
      () =>
        controls.pick('outcome', controls.state.filters.outcome === outcome ? undefined : outcome),
      el('strong', {}, number(counts[outcome] ?? 0)),
      ` ${words(outcome)}`,
    );
    controls.onChange(({ filters }) =>
      chip.setAttribute('aria-pressed', String(filters.outcome === outcome)),
    );
    return chip;
  });
  return el(
    'header',
    { class: 'summary' },
    el('p', { class: 'brand' }, 'Fleetwide dispatch'),
    el(
      'div',
      { class: 'title' },
      el('h1', {}, data.dispatch),
      el('span', { class: 'verdict', 'data-verdict': verdictOf(data) }, verdictOf(data)),
    ),
    el(
      'p',
      { class: 'lead' },
      `${plural(plan.matched, 'node')} in ${plural(accountsOf(data), 'account')}, asked for by `,
      el('strong', {}, data.requester),
      `, ${instant(data.startedAt)}, took ${duration(took)}`,
    ),
    !data.succeeded && el('p', { class: 'cause' }, el('strong', {}, data.error), ` ${data.cause}`),
    bar(counts, plan.matched),
    el('div', { class: 'chips', role: 'group', 'aria-label': 'Outcomes' }, ...tally),
    el(
      'div',
      { class: 'ran' },
      el('h2', { id: 'ran' }, 'What ran'),
      el(
        'pre',
        { tabindex: 0, role: 'region', 'aria-labelledby': 'ran', class: 'action' },
        data.action,
      ),
      facts(data),
      el(
        'details',
        {},
        el('summary', {}, 'The whole request'),
        el('pre', { tabindex: 0, role: 'region', 'aria-label': 'Request' }, data.request),
      ),
    ),
  );
}

const accountsOf = ({ shards }: PageData): number => new Set(shards.map((s) => s.account)).size;

function facts(data: PageData): HTMLElement {
  const { plan, waves, endedAt, approvals, notFound } = data;
  const rows: [string, string | HTMLElement][] = [
    ['Document', plan.document],
    [
      'Plan',
      `${number(plan.sendable)} of ${plural(plan.matched, 'matched node')} to send to, ${waves.length === 1 ? 'at once' : `in waves of ${waves.map((w) => w.size).join(', ') || 'none'}`}`,
    ],
    ['Error budget', plural(plan.errorsAllowed, 'node')],
    ['Calls planned', `about ${number(plan.expectedCalls)} to Systems Manager`],
    ...approvals.map(({ wave, approved, by, at, reason }): [string, string] => [
      `Wave ${wave} ${approved ? 'approved' : 'rejected'}`,
      `by ${by}, ${instant(at)}${reason ? `: ${reason}` : ''}`,
    ]),
    ['Ended', instant(endedAt)],
    ['Plan fingerprint', el('code', {}, plan.sha256)],
    ['Execution', executionLink(data)],
    ...(notFound.length > 0
      ? [['Found nowhere', el('code', {}, notFound.join(', '))] satisfies [string, HTMLElement]]
      : []),
  ];
  return el(
    'dl',
    { class: 'facts' },
    ...rows.map(([term, value]) => el('div', {}, el('dt', {}, term), el('dd', {}, value))),
  );
}
