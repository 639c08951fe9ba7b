import { describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { confirmed, mustBeAbleToAsk } from '../../../cli/confirm.ts';
import { follow } from '../../../cli/follow/follow.ts';
import type { Hub } from '../../../cli/hub.ts';
import { fakeTerminal } from './support.ts';

const unplanned = (): never => {
  throw new Error('nobody planned this call');
};

/** A hub of one dispatch that runs, until it is stopped. */
function hub(objects: Readonly<Record<string, unknown>> = {}, first = 'RUNNING') {
  const done: string[] = [];
  let status = first;
  const fake: Hub & { done: string[] } = {
    done,
    bucket: 'results',
    arn: 'arn:aws:iam::111122223333:user/jane',
    caller: 'jane',
    schedules: {
      create: unplanned,
      update: unplanned,
      get: unplanned,
      names: unplanned,
      delete: unplanned,
    },
    doctor: { examine: unplanned, trustOf: unplanned },
    start: unplanned,
    answer: unplanned,
    upload: unplanned,
    executions: unplanned,
    lines: unplanned,
    text: unplanned,
    bytes: unplanned,
    list: () => Promise.resolve(new Map()),
    execution: () => Promise.resolve({ status, error: '', cause: '' }),
    async stop(id) {
      status = 'ABORTED';
      done.push(`stop ${id}`);
    },
    async startRecall(name) {
      done.push(`recall ${name}`);
      return true;
    },
    recall: () => Promise.resolve({ status: 'SUCCEEDED', error: '', cause: '' }),
    find: async <T>(schema: z.ZodType<T>, key: string) =>
      objects[key] === undefined ? undefined : schema.parse(objects[key]),
  };
  return fake;
}

const cliFor = (terminal: ReturnType<typeof fakeTerminal>, json = false) => ({
  terminal,
  json: () => json,
  print: (line: string) => terminal.print(line),
  show: (_value: unknown, text: () => string) => terminal.print(text()),
});

const interrupted = async (answers: (string | undefined)[] | undefined, json = false) => {
  const terminal = fakeTerminal(answers);
  const fake = hub();
  const code = follow(cliFor(terminal, json), fake, 'd1');
  terminal.interrupt();
  return { code: await code, terminal, done: fake.done };
};

describe('Ctrl-C', () => {
  it('may mean that nobody follows any more: the dispatch goes on', async () => {
    for (const answer of ['d', 'Detach', undefined]) {
      const { code, terminal, done } = await interrupted([answer]);
      expect([code, done]).toEqual([130, []]);
      expect(terminal.complained.join()).toContain('fleetwide cancel d1');
    }
  });

  it('may mean that all of it is to end', async () => {
    const { code, terminal, done } = await interrupted(['what?', 'c']);
    expect([code, done]).toEqual([4, ['stop d1', 'recall d1']]);
    expect(terminal.asked).toHaveLength(2);
  });

  it('touches nothing where nobody can be asked', async () => {
    for (const json of [true, false]) {
      const { code, done } = await interrupted(json ? [] : undefined, json);
      expect([code, done]).toEqual([130, []]);
    }
  });
});

describe('before anything is sent', () => {
  const plan = (sendable: number) => ({
    'dispatches/p1/plan.json': {
      dispatch: 'p1',
      frozenAt: '2026-11-21T08:00:00Z',
      sha256: '',
      documents: [],
      matched: 3,
      sendable,
      skipped: 3 - sendable,
      waves: [],
      shards: [],
      notFound: [],
      errorsAllowed: 0,
      expectedCalls: 1,
    },
  });
  const asked = async (answers: (string | undefined)[], sendable = 2) => {
    const terminal = fakeTerminal(answers);
    const end = await confirmed(cliFor(terminal), hub(plan(sendable), 'SUCCEEDED'), 'p1');
    return { end, text: terminal.printed.join('\n'), questions: terminal.asked };
  };

  it.each([
    ['y', undefined],
    [' YES ', undefined],
    ['', 4],
    ['n', 4],
    [undefined, 4],
    ['yep', 4],
  ])('the answer %j ends with %j', async (answer, end) => {
    const seen = await asked([answer]);
    expect(seen.end).toBe(end);
    expect(seen.text).toContain('Plan: 3 nodes matched, 2 to send to');
    expect(seen.questions).toEqual(['Send to 2 nodes? [y/N] ']);
  });

  it('nobody is asked when there is no node to send to', async () => {
    expect(await asked([], 0)).toMatchObject({ end: 1, questions: [] });
  });

  it('somebody has to be there', () => {
    expect(() => mustBeAbleToAsk(cliFor(fakeTerminal()))).toThrow('--yes');
    expect(() => mustBeAbleToAsk(cliFor(fakeTerminal([]), true))).toThrow('--yes');
    expect(() => mustBeAbleToAsk(cliFor(fakeTerminal([])))).not.toThrow();
  });
});
