/** Log events of an agent, put together again: what it cut (local/nodeMessages.ts) has to come back. */
import { describe, expect, it } from '@jest/globals';
import { createCommandLog, textOf } from '../../../lambdas/shared/commandLog.ts';
import { messagesOf } from '../../../local/nodeMessages.ts';

type Send = Parameters<typeof createCommandLog>[0]['send'];

async function joined(messages: readonly string[], perPage = 2): Promise<string> {
  async function* pages() {
    for (let i = 0; i < messages.length; i += perPage)
      yield messages.slice(i, i + perPage).map((message) => ({ message, ingestionTime: i }));
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of textOf(pages(), () => undefined)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('the text of events', () => {
  const long = `${'y'.repeat(450_000)}\n`;
  it.each([
    ['lines', 'a\nb\nc\n'],
    ['more lines than an event holds', `${'x'.repeat(999)}\n`.repeat(1_000)],
    ['a line that is longer than an event', `${long}end\n`],
    ['no line break at the end', 'a\nb'],
  ])('%s, but for the last line break', async (_name, text) => {
    expect(await joined(messagesOf(Buffer.from(text)))).toBe(text.replace(/\n$/, ''));
  });
});

describe('a log stream', () => {
  /** Answers with the pages in turn; the token that was given comes back at the end. */
  const logs = (pages: readonly (readonly string[])[]): { send: Send; asked: unknown[] } => {
    const asked: unknown[] = [];
    const send = (command: { input: unknown }) => {
      const at = asked.push(command.input) - 1;
      const events = (pages[at] ?? []).map((message) => ({ message, ingestionTime: at }));
      return Promise.resolve({ events, nextForwardToken: `f/${Math.min(at, pages.length - 1)}` });
    };
    return { send, asked };
  };

  it('is read from its beginning to where the token comes back, empty pages too', async () => {
    const { send, asked } = logs([['a'], [], ['b']]);
    const read: string[] = [];
    for await (const page of createCommandLog({ send }).read('g', 's'))
      read.push(...page.map((event) => event.message));
    expect(read).toEqual(['a', 'b']);
    expect(asked[0]).toMatchObject({ startFromHead: true, logGroupName: 'g', logStreamName: 's' });
    expect(asked).toHaveLength(4);
  });
});
