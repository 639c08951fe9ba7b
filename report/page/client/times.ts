/** When the waves went, and how long the command took. */
import { DURATIONS, type PageData, type PageWave } from '../data.ts';
import { bar } from './bars.ts';
import type { Controls } from './controls.ts';
import { button, el, percent, section, sized } from './dom.ts';
import { duration, number, plural } from './format.ts';

export const times = (data: PageData, controls: Controls): HTMLElement =>
  section(
    'times',
    'Time',
    el(
      'div',
      { class: 'columns' },
      el('div', {}, el('h3', {}, 'Waves'), timeline(data, controls)),
      el('div', {}, el('h3', {}, 'How long the command took'), histogram(data)),
    ),
  );

function timeline(data: PageData, controls: Controls): HTMLElement {
  const start = Date.parse(data.startedAt);
  const whole = Math.max(1, Date.parse(data.endedAt) - start);
  if (data.waves.length === 0) return el('p', { class: 'note' }, 'Nothing was sent.');
  return el(
    'div',
    {},
    el(
      'ol',
      { class: 'timeline' },
      ...data.waves.map((wave, n) =>
        el(
          'li',
          {},
          button(
            { class: 'link', title: `Show the nodes of wave ${n + 1}` },
            () => controls.pick('wave', String(n + 1)),
            `Wave ${n + 1}`,
          ),
          el('span', { class: 'track' }, span(wave, start, whole)),
          el('span', { class: 'note' }, said(wave, start)),
        ),
      ),
    ),
    el(
      'p',
      { class: 'axis', 'aria-hidden': 'true' },
      el('span', {}, '0'),
      el('span', {}, duration(whole / 2)),
      el('span', {}, duration(whole)),
    ),
  );
}

function span({ startedAt, endedAt, counts, nodes }: PageWave, start: number, whole: number) {
  if (startedAt === undefined) return undefined;
  const from = Date.parse(startedAt);
  const to = endedAt === undefined ? from : Date.parse(endedAt);
  // What begins at the very end still has some width to be seen.
  const left = Math.min(98, Math.max(0, (100 * (from - start)) / whole));
  return sized(bar(counts, nodes), {
    'margin-left': `${left}%`,
    width: percent(Math.max(to - from, whole / 60), whole),
  });
}

function said({ size, nodes, sent, startedAt, endedAt }: PageWave, start: number): string {
  const what = `${plural(nodes, 'node')} (up to ${size})`;
  if (!sent) return `${what}, not sent`;
  if (startedAt === undefined || endedAt === undefined) return `${what}, none began`;
  const began = Date.parse(startedAt);
  return `${what}, after ${duration(began - start)}, for ${duration(Date.parse(endedAt) - began)}`;
}

function histogram({ durations }: PageData): HTMLElement {
  const most = Math.max(...durations);
  if (most <= 0) return el('p', { class: 'note' }, 'No command ran.');
  const first = durations.findIndex((n) => n > 0);
  const last = durations.findLastIndex((n) => n > 0);
  const from = Math.max(0, first - 1);
  return el(
    'ol',
    // On a phone it may be wider than the screen: the keyboard can scroll it.
    { class: 'histogram', tabindex: 0 },
    ...durations.slice(from, last + 1).map((nodes, i) => {
      const bound = DURATIONS[from + i];
      const label = bound === undefined ? 'longer' : `≤ ${duration(bound)}`;
      return el(
        'li',
        { title: `${label}: ${plural(nodes, 'node')}` },
        el('span', { class: 'count' }, nodes > 0 && number(nodes)),
        sized(el('span', { class: 'column' }), { height: percent(nodes, most) }),
        el('span', { class: 'label' }, label),
      );
    }),
  );
}
