import { describe, expect, it } from '@jest/globals';
import { NO_WAVE, type Row } from '../../../contract/stored.ts';
import { csvHead, csvLine } from '../../../report/csv.ts';
import { summing } from '../../../report/summary.ts';
import { tableRow } from '../../../report/tableRow.ts';

const row = (change: Partial<Row> = {}): Row => ({
  account: '000011112222',
  region: 'eu-west-1',
  node: 'i-0123456789abcdef0',
  wave: 0,
  outcome: 'succeeded',
  ...change,
});

describe('the CSV', () => {
  it('has as many cells as its head, however a cell is written', () => {
    const cells = csvHead().trim().split(',').length;
    expect(csvLine(row()).trim().split(',').length).toBe(cells);
    expect(csvLine(row({ name: 'a "b", c\nd' }))).toContain('"a ""b"", c\nd"');
  });

  it('counts waves from 1, as people are told of them; 0 for a node that no wave held', () => {
    const waves = [0, 1, NO_WAVE].map((wave) => tableRow(row({ wave })));
    expect(
      waves.map((each) => csvLine(each).split(',')[csvHead().split(',').indexOf('wave')]),
    ).toEqual(['1', '2', '0']);
  });

  it('defuses what a spreadsheet would run', () => {
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)'])
      expect(csvLine(row({ name }))).toContain(`,'${name},`);
  });
});

describe('the summary', () => {
  it('groups nodes that ended alike and counts the rest', () => {
    const sum = summing();
    const stdout = {
      bytes: 2,
      sha256: 'x',
      truncated: false,
      source: 'invocations',
      text: 'hi',
    } as const;
    for (let i = 0; i < 7; i++) sum.add(row({ node: `i-${i}`, exitCode: 0, stdout }));
    sum.add(row({ node: 'i-bad', outcome: 'failed', exitCode: 3, stdout }));
    const { groups, counts, failures, matched } = sum.done();
    expect(matched).toBe(8);
    expect(counts).toEqual({ succeeded: 7, failed: 1 });
    expect(groups.map((g) => [g.outcome, g.nodes, g.examples.length])).toEqual([
      ['succeeded', 7, 5],
      ['failed', 1, 1],
    ]);
    expect(failures.map((f) => f.node)).toEqual(['i-bad']);
  });

  it('stays small when every node says something else', () => {
    const sum = summing();
    for (let i = 0; i < 3000; i++) sum.add(row({ node: `i-${i}`, outcome: 'failed', exitCode: i }));
    const summary = sum.done();
    expect(summary.groups.length + summary.moreGroups).toBe(3000);
    expect(summary.groups.length).toBe(200);
    expect(summary.failures.length + summary.moreFailures).toBe(3000);
  });
});
