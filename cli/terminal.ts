/** Where a person sits, or a pipe: what is printed, asked and interrupted. */
import { createInterface } from 'node:readline/promises';
import { EXIT } from './exit.ts';
import { createLogUpdate } from 'log-update';

export interface Terminal {
  /** A person reads and can answer. */
  readonly interactive: boolean;
  /** Lines that may be written over: only where stdout is a terminal. */
  readonly live: boolean;
  readonly columns: number;
  readonly rows: number;
  /** A line on stdout, above what is live. */
  print(line: string): void;
  /** A line on stderr. */
  complain(line: string): void;
  /** What is shown at the bottom until the next call; nothing ends it. */
  draw(lines: readonly string[]): void;
  /** The answer; undefined at the end of the input or at Ctrl-C. */
  ask(question: string): Promise<string | undefined>;
  /** Calls back at Ctrl-C instead of ending; the function returned goes back to ending. */
  onInterrupt(handler: () => void): () => void;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const live = stdout.isTTY && process.env['TERM'] !== 'dumb';
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.unread);
    throw error;
  });
  const drawing = createLogUpdate(stdout);
  let drawn: readonly string[] = [];
  return {
    live,
    interactive: stdin.isTTY && stdout.isTTY,
    get columns() {
      return stdout.columns ?? 80;
    },
    get rows() {
      return stdout.rows ?? 24;
    },
    print(line) {
      if (drawn.length > 0) drawing.clear();
      stdout.write(`${line}\n`);
      if (drawn.length > 0) drawing(drawn.join('\n'));
    },
    complain(line) {
      stderr.write(`${line}\n`);
    },
    draw(lines) {
      if (!live) return;
      drawn = lines;
      if (lines.length > 0) drawing(lines.join('\n'));
      else {
        drawing.clear();
        drawing.done();
      }
    },
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stdout });
      const over = new AbortController();
      lines.on('close', () => over.abort());
      try {
        return await lines.question(question, { signal: over.signal });
      } catch {
        stdout.write('\n');
        return undefined;
      } finally {
        lines.close();
      }
    },
    onInterrupt(handler) {
      process.on('SIGINT', handler);
      return () => process.off('SIGINT', handler);
    },
  };
}
