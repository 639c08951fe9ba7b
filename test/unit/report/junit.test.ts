import { describe, expect, it } from '@jest/globals';
import { junit } from '../../../report/junit.ts';
import { row, START, stream } from '../../browser/support/pages.ts';

const END = {
  dispatch: 'd',
  startedAt: new Date(START).toISOString(),
  endedAt: new Date(START + 90_000).toISOString(),
  succeeded: false,
  error: 'NodesDidNotSucceed',
  cause: 'because',
  skippedShards: [],
  notFound: [],
};
const numbers = (xml: string) => /<testsuites name="[^"]*" ([^>]*)>/.exec(xml)?.[1];

describe('JUnit', () => {
  it('has a suite per account and Region and a case per node, red where the dispatch was', () => {
    const cases = junit();
    cases.add(row({ name: 'web-1', startedAt: END.startedAt, endedAt: END.endedAt }));
    cases.add(row({ outcome: 'failed', exitCode: 3, stderr: stream('no & <space>') }));
    cases.add(row({ region: 'us-east-1', outcome: 'denied' }));
    cases.add(row({ region: 'us-east-1', outcome: 'skipped' }));
    const xml = cases.done({
      ...END,
      skippedShards: [
        { account: '1', region: 'r', reason: { code: 'AccessDenied', message: 'm' } },
      ],
      notFound: ['i-1'],
    });
    expect(numbers(xml)).toBe('tests="6" failures="1" errors="3" skipped="1" time="90.000"');
    expect(xml.match(/<testsuite name="[^"]*" tests="\d+"/g)).toEqual([
      '<testsuite name="222233334444 eu-west-1" tests="2"',
      '<testsuite name="222233334444 us-east-1" tests="2"',
      '<testsuite name="1 r" tests="1"',
      '<testsuite name="not found" tests="1"',
    ]);
    expect(xml).toContain('name="web-1 (i-0123456789abcdef0)" time="90.000"/>');
    expect(xml).toContain('<failure message="failed, exit code 3" type="failed"/>');
    expect(xml).toContain('<system-err>no &amp; &lt;space&gt;</system-err>');
  });

  it('counts what was cancelled as not passed: only what was skipped is skipped', () => {
    const cases = junit();
    for (let i = 0; i < 11; i++) cases.add(row({ node: `i-${i}`, outcome: 'cancelled' }));
    cases.add(row({ outcome: 'terminated' }));
    cases.add(row({ outcome: 'skipped' }));
    const xml = cases.done({ ...END, error: 'DispatchRecalled' });
    expect(numbers(xml)).toContain('tests="13" failures="11" errors="1" skipped="1"');
    expect(xml).toContain('<failure message="cancelled" type="cancelled"/>');
  });

  it('shows a CR alone, and ends a line at CRLF', () => {
    const cases = junit();
    cases.add(row({ outcome: 'failed', stdout: stream('10%\r50%\r\ndone') }));
    expect(cases.done(END)).toContain('<system-out>10%\\x0d50%\ndone</system-out>');
  });

  it('is red when a dispatch failed without a failed node, and green when all went well', () => {
    const nothing = junit().done({ ...END, error: 'NothingMatched' });
    expect(numbers(nothing)).toContain('errors="1"');
    expect(nothing).toContain('type="NothingMatched"');
    const well = junit();
    well.add(row());
    const xml = well.done({ ...END, succeeded: true, error: '', cause: '' });
    expect(numbers(xml)).toContain('tests="1" failures="0" errors="0" skipped="0"');
  });

  it('stays small: beyond its limit it keeps what did not succeed, and says how much it left out', () => {
    const cases = junit(10);
    for (let i = 0; i < 50; i++) cases.add(row({ node: `good-${i}` }));
    for (let i = 0; i < 4; i++) cases.add(row({ node: `bad-${i}`, outcome: 'failed' }));
    const xml = cases.done(END);
    expect(numbers(xml)).toContain('tests="9" failures="4"');
    expect(xml).toContain('<!-- 45 more nodes are not listed here');
  });
});
