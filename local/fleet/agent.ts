/** The agent of every node: takes jobs, runs them five at a time, answers when it can. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep } from '../core/clock.ts';
import type { Agenda } from './agenda.ts';
import type { Executor } from './execute.ts';
import type { Job, JobResult, Step, StepOutput, StepResult } from './job.ts';
import { isReachable, type Node } from './node.ts';
import { asksForReboot, type Ended, statusOf } from './outcome.ts';
import { combine, truncateReply } from './output.ts';
import { ending, passedOver, unmet, whole } from './steps.ts';
import { runVirtual } from './virtual.ts';
import { Workers } from './workers.ts';

/** From the exit code that asks for it until the script starts again. */
export const REBOOT_MS = 20_000;

export interface AgentDeps {
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly executor: Executor;
  readonly find: (id: string) => Node | undefined;
  readonly home: (id: string) => string;
  /** Brings the output of a step to where the job wants it; a failure is the node's own affair. */
  readonly deliver: (output: StepOutput) => Promise<void>;
}

/** One job on one node, from its receipt to the arrival of its answer. */
interface Active {
  readonly stop: AbortController;
  dead: boolean;
  /** Called when the node is reachable again, or dead. */
  wake: () => void;
}

export class Agents {
  readonly #deps: AgentDeps;
  readonly #workers = new Workers();
  readonly #active = new Map<string, Set<Active>>();

  constructor(deps: AgentDeps) {
    this.#deps = deps;
  }

  async run(node: Node, job: Job, signal: AbortSignal): Promise<JobResult | undefined> {
    const self: Active = { stop: new AbortController(), dead: false, wake: () => undefined };
    const cancel = () => self.stop.abort();
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    const jobs = this.#active.get(node.id) ?? new Set();
    this.#active.set(node.id, jobs.add(self));
    try {
      const result = await this.#work(node, job, self.stop.signal);
      while (!self.dead && !this.#reachable(node.id))
        await new Promise<void>((resolve) => {
          self.wake = resolve;
        });
      return self.dead ? undefined : result;
    } finally {
      signal.removeEventListener('abort', cancel);
      jobs.delete(self);
      if (jobs.size === 0) this.#active.delete(node.id);
    }
  }

  /** To be told of every change of a node. */
  changed(node: Node): void {
    for (const job of this.#active.get(node.id) ?? []) {
      job.dead ||= node.state !== 'running';
      if (job.dead) job.stop.abort();
      job.wake();
    }
  }

  #reachable(id: string): boolean {
    const node = this.#deps.find(id);
    return node !== undefined && isReachable(node);
  }

  async #work(node: Node, job: Job, signal: AbortSignal): Promise<JobResult | undefined> {
    const release = await this.#workers.acquire(node.id, signal);
    const startedAt = this.#deps.clock.now();
    const now = { startedAt, endedAt: startedAt };
    if (!release) return whole([{ ...NOT_STARTED, ...now, name: job.steps[0].name }], now);
    try {
      return await (node.behaviour
        ? this.#virtual(node, job, signal)
        : this.#real(node, job, signal));
    } finally {
      release();
    }
  }

  /** A virtual node behaves as a whole: its one result is that of the document's first step. */
  async #virtual(node: Node, job: Job, signal: AbortSignal): Promise<JobResult | undefined> {
    const startedAt = this.#deps.clock.now();
    const ended = await this.#again(node, signal, async (attempt) =>
      node.behaviour
        ? runVirtual(this.#deps.agenda, node.behaviour, { node, job, attempt }, signal)
        : undefined,
    );
    if (!ended) return undefined;
    const at = { startedAt, endedAt: this.#deps.clock.now() };
    await this.#deliver(node, job, job.steps[0], {
      stdout: ended.stdout.whole ?? ended.stdout.head,
      stderr: ended.stderr.whole ?? ended.stderr.head,
    });
    return whole([{ ...reply(ended), ...at, name: job.steps[0].name }], at);
  }

  async #real(node: Node, job: Job, signal: AbortSignal): Promise<JobResult> {
    const { clock } = this.#deps;
    const startedAt = clock.now();
    const results: StepResult[] = [];
    let over = false;
    for (const step of job.steps) {
      const idle: StepResult | undefined = over
        ? passedOver(step, clock.now())
        : unmet(step, node.platformType, clock.now());
      const result: StepResult = idle ?? (await this.#step(node, job, step, signal));
      const last: StepResult | undefined = idle ? undefined : ending(step, result);
      over ||= last !== undefined;
      results.push(last ?? result);
    }
    return whole(results, { startedAt, endedAt: clock.now() });
  }

  async #step(node: Node, job: Job, step: Step, signal: AbortSignal): Promise<StepResult> {
    const { clock, executor } = this.#deps;
    const startedAt = clock.now();
    const directory = join(this.#deps.home(node.id), '.ssm', job.commandId, step.folder);
    const place = { node, job, step, directory };
    const ended = await this.#again(node, signal, () => executor.run(place, signal));
    const result = { ...reply(ended), name: step.name, startedAt, endedAt: clock.now() };
    const files = { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') };
    const bytes = (name: 'stdout' | 'stderr') =>
      existsSync(files[name]) ? readFileSync(files[name]) : (ended[name].whole ?? ended[name].head);
    if (job.output)
      await this.#deliver(node, job, step, { stdout: bytes('stdout'), stderr: bytes('stderr') });
    return ended.by === 'never' ? result : { ...result, files };
  }

  /** Before the answer, as the agent closes its output modules first; whatever comes of it. */
  async #deliver(
    node: Node,
    job: Job,
    step: Step,
    { stdout, stderr }: Readonly<Record<'stdout' | 'stderr', Uint8Array>>,
  ): Promise<void> {
    if (!job.output) return;
    const streams = {
      ...(stdout.length > 0 && { stdout }),
      ...(stderr.length > 0 && { stderr }),
    };
    await this.#deps.deliver({ node, job, step, streams });
  }

  /** The work, and again after every reboot that it asks for. */
  async #again<E extends Ended | undefined>(
    { platformType }: Node,
    signal: AbortSignal,
    work: (attempt: number) => Promise<E>,
  ): Promise<E> {
    let before: Ended | undefined;
    for (let attempt = 0; ; attempt++) {
      const ended = await work(attempt);
      if (!ended) return ended;
      const all = before ? { ...ended, ...appended(before, ended) } : ended;
      if (ended.by !== 'exit' || !asksForReboot(platformType, ended.exitCode)) return all;
      try {
        await sleep(this.#deps.clock, REBOOT_MS, signal);
      } catch {
        return { ...all, by: 'cancel' };
      }
      before = all;
    }
  }
}

const NOT_STARTED = {
  status: 'Cancelled',
  exitCode: -1,
  stdout: '',
  stderr: '',
  output: '',
} as const;

function reply(ended: Ended): Omit<StepResult, 'name' | 'startedAt' | 'endedAt'> {
  const stdout = truncateReply(ended.stdout);
  const stderr = truncateReply(ended.stderr);
  const { exitCode } = ended;
  return { status: statusOf(ended), exitCode, stdout, stderr, output: combine(stdout, stderr) };
}

/** Output goes on where it stood before the reboot: the agent opens its files for appending. */
function appended(before: Ended, after: Ended): Pick<Ended, 'stdout' | 'stderr'> {
  const joined = (name: 'stdout' | 'stderr') => ({
    head: Buffer.concat([before[name].head, after[name].head]),
    size: before[name].size + after[name].size,
  });
  return { stdout: joined('stdout'), stderr: joined('stderr') };
}
