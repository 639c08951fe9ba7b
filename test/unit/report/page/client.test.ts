import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytes, duration, instant, words } from '../../../../report/page/client/format.ts';
import { modelOf } from '../../../../report/page/client/model.ts';
import { pieces } from '../../../../report/page/client/pieces.ts';
import {
  COLUMNS,
  FILTERS,
  fromFragment,
  INITIAL,
  toFragment,
} from '../../../../report/page/client/state.ts';
import { paging } from '../../../../report/page/paging.ts';
import { fleet, planOf, START, stored, written } from '../../../browser/support/pages.ts';

const rows = fleet(300);
const page = paging(stored('d'), planOf('d', rows));
for (const each of rows) page.add(each);
const model = modelOf(
  page.done({
    endedAt: '',
    succeeded: true,
    cancelled: false,
    error: '',
    cause: '',
    counts: {},
    ...written('d'),
  }),
);

describe('the fragment', () => {
  it('says the state, whatever it is', () => {
    const text = fc.string({ unit: 'binary' }).map((t) => t.toWellFormed());
    const state = fc.record({
      q: text,
      filters: fc
        .array(fc.tuple(fc.constantFrom(...FILTERS), text))
        .map((pairs) => Object.fromEntries(pairs)),
      sort: fc.constantFrom(...COLUMNS),
      down: fc.boolean(),
      page: fc.integer({ min: 1, max: 9_999 }),
      node: text,
    });
    for (const each of fc.sample(state, 500))
      expect(fromFragment(`#${toFragment(each)}`)).toEqual(each);
  });

  it('is empty at the beginning, and never breaks', () => {
    expect(toFragment(INITIAL)).toBe('');
    for (const text of fc.sample(fc.string(), 500))
      expect(fromFragment(text).page).toBeGreaterThanOrEqual(1);
  });
});

describe('the table', () => {
  it('narrows by every filter at once', () => {
    const chosen = model.select({
      ...INITIAL,
      filters: { outcome: 'failed', account: '222233334444', exit: '3' },
    });
    const expected = rows.filter((r) => r.outcome === 'failed' && r.account === '222233334444');
    expect(chosen.map((i) => i.node).toSorted()).toEqual(expected.map((r) => r.node).toSorted());
    expect(chosen.length).toBeGreaterThan(0);
  });

  it.each(COLUMNS)('sorts by %s, both ways, and loses nobody', (sort) => {
    const up = model.select({ ...INITIAL, sort }).map((i) => i.node);
    const down = model.select({ ...INITIAL, sort, down: true }).map((i) => i.node);
    const all = rows.map((r) => r.node).toSorted();
    expect([up.toSorted(), down.toSorted()]).toEqual([all, all]);
    expect(up).not.toEqual(down);
  });

  it('puts what has no number last, whichever way it is sorted', () => {
    for (const down of [false, true])
      expect(model.select({ ...INITIAL, sort: 'took', down }).at(-1)?.took).toBeNull();
  });

  it('offers each value of a filter with its nodes', () => {
    expect(model.values('wave').map(([value]) => value)).toEqual(['1', '2', '3', 'none']);
    expect(model.values('exit').reduce((n, [, nodes]) => n + nodes, 0)).toBe(300);
  });
});

describe('the pieces of an output', () => {
  it('are the text again, of whole lines and characters, each of a size to be laid out', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.constantFrom('', 'x'.repeat(30_000), '\u{1f600}'.repeat(50_000)),
    );
    for (const lines of fc.sample(fc.array(line, { maxLength: 40 }), 200)) {
      const text = lines.join('\n');
      const all = pieces(text);
      expect(all.join('')).toBe(text);
      for (const piece of all) {
        expect(piece.length).toBeLessThanOrEqual(64_000 + 16_000);
        expect(piece.isWellFormed() || !text.isWellFormed()).toBe(true);
      }
    }
    const lines = 'twenty characters..\n'.repeat(10_000);
    expect(pieces(lines).every((piece) => piece.endsWith('\n') || piece === '')).toBe(true);
    expect(pieces(lines).length).toBeGreaterThan(5);
  });
});

describe('numbers and times', () => {
  it('read as a person says them', () => {
    expect([950, 3_200, 9_000, 59_600, 245_000, 7_800_000, 3_600_000].map(duration)).toEqual([
      '950 ms',
      '3.2 s',
      '9 s',
      '1 min',
      '4 min 5 s',
      '2 h 10 min',
      '1 h',
    ]);
    expect([1, 999, 1_000, 24_500, 3_000_000].map(bytes)).toEqual([
      '1 byte',
      '999 bytes',
      '1 kB',
      '24.5 kB',
      '3 MB',
    ]);
    expect(instant(new Date(START).toISOString())).toBe('2026-11-21 08:00:00 UTC');
    expect(words('invalidPlatform')).toBe('invalid platform');
  });
});
