import { describe, expect, it } from '@jest/globals';
import type { Row } from '../../../../contract/stored.ts';
import { total } from '../../../../contract/outcomes.ts';
import type { Limits } from '../../../../report/page/endings.ts';
import { LIMITS, paging } from '../../../../report/page/paging.ts';
import {
  fleet,
  planOf,
  row,
  START,
  stored,
  stream,
  written,
} from '../../../browser/support/pages.ts';

const END = {
  endedAt: new Date(START + 60_000).toISOString(),
  succeeded: false,
  error: '',
  cause: '',
  counts: {},
  cancelled: false,
  ...written('d'),
};

function told(rows: readonly Row[], limits: Limits = LIMITS) {
  const page = paging(stored('d'), planOf('d', rows), limits);
  for (const each of rows) page.add(each);
  return { page, data: () => page.done(END) };
}

describe('what the page knows', () => {
  it('adds up in every view: rows, endings, shards and waves', () => {
    const rows = fleet(600);
    const data = told(rows).data();
    expect(data.rows.length + data.unlisted).toBe(600);
    expect(data.endings.reduce((n, e) => n + e.nodes, 0)).toBe(600);
    expect(data.shards.reduce((n, s) => n + total(s.counts), 0)).toBe(600);
    const early = rows.filter((r) => r.outcome === 'skipped').length;
    expect(data.waves.reduce((n, w) => n + total(w.counts), 0)).toBe(600 - early);
    expect(data.durations.reduce((n, d) => n + d, 0)).toBe(600 - early);
  });

  it('keeps an output once for all nodes that said it', () => {
    const rows = Array.from({ length: 500 }, (_, i) =>
      row({ node: `i-${i}`, stdout: stream('same') }),
    );
    const { endings } = told(rows).data();
    expect(endings).toMatchObject([{ nodes: 500, stdout: { text: 'same' } }]);
  });

  it('tells when each wave began and ended', () => {
    const at = (s: number) => new Date(START + s * 1_000).toISOString();
    const [first, second] = told([
      row({ startedAt: at(3), endedAt: at(5) }),
      row({ node: 'i-2', startedAt: at(2), endedAt: at(4) }),
      row({
        node: 'i-3',
        wave: 1,
        outcome: 'skipped',
        reason: { code: 'waveNotStarted', message: '' },
      }),
    ]).data().waves;
    expect(first).toMatchObject({ startedAt: at(2), endedAt: at(5), sent: true });
    expect(second).toMatchObject({ sent: false, counts: { skipped: 1 } });
    expect(second).not.toHaveProperty('startedAt');
  });

  it('keeps below its limits, whatever the fleet: first the rows, then what failed', () => {
    const words = (i: number | string) => stream(`${i} says something of its own`);
    const said = (node: string) => words(node.slice(2)).sha256;
    const many = Array.from({ length: 5_000 }, (_, i) =>
      row({
        node: `i-${i}`,
        outcome: i % 3 === 0 ? 'failed' : 'succeeded',
        stdout: words(i),
      }),
    );
    const { rows, endings, unlisted, shards } = told(many, { rows: 1_000, text: 2_000 }).data();
    expect(rows.length).toBe(1_000);
    expect(unlisted).toBe(4_000);
    expect(rows.every(([, , , , e]) => endings[e]?.outcome === 'failed')).toBe(true);
    const text = endings.reduce((n, e) => n + (e.stdout?.text?.length ?? 0), 0);
    expect(text).toBeLessThanOrEqual(2_000);
    expect(shards.reduce((n, s) => n + total(s.counts), 0)).toBe(5_000);
    // The endings of those that are listed, and some that many share.
    expect(endings.length).toBe(1_200);
    expect(rows.map(([, node, , , e]) => endings[e]?.stdout?.sha256 === said(node))).not.toContain(
      false,
    );
  });

  it('asks for outputs that lie apart, failures first, and takes what has room', () => {
    const apart = (key: string, bytes: number) =>
      stream('', { bytes, sha256: key, source: 'invocation', key });
    const { page, data } = told(
      [
        row({ stdout: apart('good', 10) }),
        row({ node: 'i-2', outcome: 'failed', stderr: apart('bad', 10) }),
        row({ node: 'i-3', outcome: 'failed', stderr: apart('huge', 1_000) }),
      ],
      { rows: 10, text: 100 },
    );
    expect(page.wanted()).toEqual(['bad', 'good']);
    page.tell('bad', 'why');
    const { endings } = data();
    expect(endings[1]?.stderr).toMatchObject({ key: 'bad', text: 'why' });
    expect(endings[0]?.stdout).not.toHaveProperty('text');
  });
});
