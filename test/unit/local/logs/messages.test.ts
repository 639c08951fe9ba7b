/** How the agent cuts output into events, after its source (cloudwatchlogsservice.go getNextMessage). */
import { describe, expect, it } from '@jest/globals';
import { messagesOf } from '../../../../local/nodeMessages.ts';

const cut = (text: string): readonly string[] => messagesOf(Buffer.from(text));

describe('events of a stream', () => {
  it.each([
    ['nothing for nothing', '', []],
    ['lines stay together', 'a\nb\n', ['a\nb']],
    ['without a newline at the end', 'a\nb', ['a\nb']],
    ['one newline is lost, not two', 'a\n\n', ['a\n']],
    ['CRLF becomes LF', 'a\r\nb\r\n', ['a\nb']],
    ['a newline alone is not nothing', '\n', [' ']],
  ])('%s', (_name, text, expected) => {
    expect(cut(text)).toEqual(expected);
  });

  it('holds up to 200,000 bytes, in whole lines', () => {
    const line = `${'x'.repeat(99_999)}\n`;
    expect(cut(line.repeat(3)).map((each) => each.length)).toEqual([199_999, 99_999]);
  });

  it('splits a line that is longer', () => {
    expect(cut('y'.repeat(450_000)).map((each) => each.length)).toEqual([200_000, 200_000, 50_000]);
  });
});
