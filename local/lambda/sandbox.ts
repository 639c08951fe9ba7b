import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../core/clock.ts';
import { environmentOf, type RoleCredentials } from './environment.ts';
import { exited, outOfMemory, responseTooLarge, PAYLOAD_LIMIT, timedOut } from './failures.ts';
import { traceIdOf } from './trace.ts';
import { Lines } from './lines.ts';
import type { Boot, FromSandbox, FunctionError, Invocation } from './messages.ts';
import type { FunctionSpec } from './spec.ts';

export interface SandboxDeps {
  readonly clock: Clock;
  /** Real time: code that hangs hangs in it, whatever the world's clock does. */
  readonly watch: Clock;
  readonly endpointUrl: () => string;
  readonly credentials: (roleArn: string, sessionName: string) => RoleCredentials;
  /** With the credentials of the function's role. */
  readonly log: (
    spec: FunctionSpec,
    credentials: RoleCredentials,
    stream: string,
    line: string,
  ) => void;
  readonly newId: () => string;
}

/** JSON of the result, or how it failed. */
export type Result =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

interface Pending {
  readonly requestId: string;
  readonly resolve: (result: Result) => void;
  timer: Timer;
}

/** The time that Lambda gives the code to load (Lambda Developer Guide, "Init phase"). */
const INIT_MS = 10_000;
/** Credentials are good for at least this long, or the sandbox is not used again. */
const MARGIN_MS = 5 * 60_000;
/** What V8 may take of the function's memory; the rest is for what lies outside of its heap. */
const HEAP_SHARE = 0.9;
/**
 * Bounded too: from V8's own choice (48 MB and more), one collection moves more over than Node's margin at
 * the limit takes, and then it is this process that dies and not the worker (measured: 6 of 15 runs, at 16 MB none).
 */
const YOUNG_MB = 16;

/** One execution environment: a worker thread with its own environment, good for one invocation at a time. */
export class Sandbox {
  readonly spec: FunctionSpec;
  readonly #deps: SandboxDeps;
  readonly #credentials: RoleCredentials;
  readonly #stream: string;
  readonly #worker: Worker;
  readonly #lines: Readonly<Record<'stdout' | 'stderr', Lines>>;
  #ready = false;
  #dead = false;
  #outOfMemory = false;
  #pending: Pending | undefined;

  constructor(spec: FunctionSpec, deps: SandboxDeps) {
    const { clock, newId } = deps;
    this.spec = spec;
    this.#deps = deps;
    this.#credentials = deps.credentials(spec.roleArn, spec.name);
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.#stream = `${day}/[$LATEST]${newId().replaceAll('-', '')}`;
    const emit = (line: string) => this.#log(line);
    this.#lines = { stdout: new Lines(emit), stderr: new Lines(emit) };
    const boot: Boot = { directory: spec.directory, handler: spec.handler, now: clock.now() };
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: spec.name,
      workerData: boot,
      env: environmentOf(spec, this.#credentials, this.#stream, deps.endpointUrl()),
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: Math.floor(spec.memoryMb * HEAP_SHARE) - YOUNG_MB,
        maxYoungGenerationSizeMb: YOUNG_MB,
      },
    });
    this.#worker.on('message', (message: FromSandbox) => this.#hear(message));
    this.#worker.on('error', (error) => {
      this.#outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#log(String(error));
    });
    this.#worker.on('exit', (code) => {
      this.#dead = true;
      const requestId = this.#pending?.requestId ?? '';
      this.#fail(this.#outOfMemory ? outOfMemory(requestId) : exited(requestId, code));
    });
    this.#worker.unref();
  }

  /** Whether another invocation may go in here: alive, and with keys that outlast it. */
  get usable(): boolean {
    const needed = Math.max(MARGIN_MS, this.spec.timeoutSeconds * 1_000);
    return !this.#dead && this.#credentials.expiresAt - this.#deps.clock.now() >= needed;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Of the invocation that is under way. */
  get trace(): string | undefined {
    return this.#pending && traceIdOf(this.#pending.requestId);
  }

  /** Never rejects. */
  invoke(event: string): Promise<Result> {
    const { spec } = this;
    const requestId = this.#deps.newId();
    const invocation: Invocation = {
      event,
      requestId,
      traceId: traceIdOf(requestId),
      now: this.#deps.clock.now(),
      timeoutMs: spec.timeoutSeconds * 1_000,
      context: {
        functionName: spec.name,
        invokedFunctionArn: spec.arn,
        memoryLimitInMB: String(spec.memoryMb),
        logGroupName: spec.logGroup,
        logStreamName: this.#stream,
      },
    };
    return new Promise((resolve) => {
      this.#pending = { requestId, resolve, timer: this.#arm(this.#ready ? 0 : INIT_MS) };
      this.#worker.postMessage(invocation, []);
    });
  }

  async close(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }

  #arm(extraMs: number): Timer {
    const { timeoutSeconds } = this.spec;
    return this.#deps.watch.after(timeoutSeconds * 1_000 + extraMs, () => {
      this.#dead = true;
      this.#fail(timedOut(this.#pending?.requestId ?? '', timeoutSeconds));
      void this.#worker.terminate();
    });
  }

  #hear(message: FromSandbox): void {
    if (message.kind === 'text') this.#lines[message.stream].add(message.text);
    else if (message.kind === 'ready') this.#started();
    else if (message.kind === 'done') this.#done(message.payload);
    else {
      this.#dead ||= message.fatal;
      this.#fail(message.error);
    }
  }

  #started(): void {
    this.#ready = true;
    if (!this.#pending) return;
    this.#pending.timer.cancel();
    this.#pending.timer = this.#arm(0);
  }

  #done(payload: string): void {
    const bytes = Buffer.byteLength(payload);
    if (bytes > PAYLOAD_LIMIT) this.#fail(responseTooLarge(bytes));
    else this.#settle({ ok: true, payload });
  }

  #fail(error: FunctionError): void {
    const { requestId } = this.#pending ?? {};
    if (requestId === undefined) return;
    const at = new Date(this.#deps.clock.now()).toISOString();
    this.#settle({ ok: false, error });
    this.#log(`${at}\t${requestId}\tERROR\tInvoke Error\t${JSON.stringify(error)}`);
  }

  #settle(result: Result): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.timer.cancel();
    this.#lines.stdout.end();
    this.#lines.stderr.end();
    pending?.resolve(result);
  }

  #log(line: string): void {
    this.#deps.log(this.spec, this.#credentials, this.#stream, line);
  }
}
