import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Clock, holding } from '../core/clock.ts';
import { isFromProcess, type ScriptRequest, type ToProcess } from './messages.ts';
import type { Ended } from './outcome.ts';

interface Waiting {
  resolve(ended: Ended): void;
  reject(error: Error): void;
}

/** The parent's end of the fleet process, which starts with the first script. */
export class RealRunner {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #process: ChildProcess | undefined;
  #started = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Scripts started so far. */
  get started(): number {
    return this.#started;
  }

  /** Virtual time stands still while the script runs. An abort kills it, and resolves with by: cancel. */
  run(request: ScriptRequest, signal: AbortSignal): Promise<Ended> {
    return holding(this.#clock, async () => {
      const run = ++this.#started;
      const onAbort = () => this.#send({ do: 'kill', run });
      try {
        return await new Promise<Ended>((resolve, reject) => {
          this.#waiting.set(run, { resolve, reject });
          this.#send({ do: 'run', run, request });
          if (signal.aborted) onAbort();
          else signal.addEventListener('abort', onAbort, { once: true });
        });
      } finally {
        this.#waiting.delete(run);
        signal.removeEventListener('abort', onAbort);
      }
    });
  }

  /** Kills every script and ends the process. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    if (child.connected) child.disconnect();
    await ended;
  }

  #send(message: ToProcess): void {
    if (this.#closed) throw new Error('the fleet is closed');
    this.#process ??= this.#fork();
    this.#process.send(message);
  }

  #fork(): ChildProcess {
    const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), {
      execPath: process.execPath,
      // Neither options nor variables of the parent: they are meant for it alone.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message) => {
      if (!isFromProcess(message)) throw new Error('a message that is none of FromProcess');
      this.#waiting.get(message.run)?.resolve(message.ended);
    });
    child.on('exit', (code, signal) => this.#lost(`it ended (${signal ?? `exit code ${code}`})`));
    child.on('error', (error) => this.#lost(error.message));
    return child;
  }

  #lost(why: string): void {
    this.#process = undefined;
    for (const waiting of this.#waiting.values())
      waiting.reject(new Error(`the fleet process runs no script: ${why}`));
  }
}
