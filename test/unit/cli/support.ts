/** A terminal that a test reads and answers at; an unplanned question fails. */
import type { Terminal } from '../../../cli/terminal.ts';

export interface FakeTerminal extends Terminal {
  readonly printed: string[];
  readonly complained: string[];
  readonly asked: string[];
  /** What was live, each time it changed. */
  readonly drawn: (readonly string[])[];
  interrupt(): void;
}

export function fakeTerminal(
  answers?: readonly (string | undefined)[],
  live = false,
): FakeTerminal {
  const left = [...(answers ?? [])];
  const handlers = new Set<() => void>();
  const terminal: FakeTerminal = {
    interactive: answers !== undefined,
    live,
    columns: 100,
    rows: 30,
    printed: [],
    complained: [],
    asked: [],
    drawn: [],
    print: (line) => void terminal.printed.push(line),
    complain: (line) => void terminal.complained.push(line),
    draw: (lines) => void terminal.drawn.push(lines),
    async ask(question) {
      terminal.asked.push(question);
      if (left.length === 0) throw new Error(`nobody planned the question ${question}`);
      return left.shift();
    },
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    interrupt() {
      if (handlers.size === 0) throw new Error('nobody minds an interrupt');
      for (const handler of handlers) handler();
    },
  };
  return terminal;
}
