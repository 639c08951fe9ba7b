/** The agent of every node: takes jobs, runs them five at a time, answers when it can. */
import { isAbsolute, join } from 'node:path';
import { type Clock, sleep } from '../core/clock.ts';
import type { Agenda } from './agenda.ts';
import { effectiveTimeout, type Job, type JobResult } from './job.ts';
import { isReachable, type Node } from './node.ts';
import { type Ended, REBOOT, statusOf } from './outcome.ts';
import { combine, truncateReply } from './output.ts';
import type { RealRunner } from './real.ts';
import { runVirtual } from './virtual.ts';
import { Workers } from './workers.ts';

/** From exit code 194 until the script starts again. */
export const REBOOT_MS = 20_000;

export interface AgentDeps {
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly runner: RealRunner;
  readonly find: (id: string) => Node | undefined;
  readonly home: (id: string) => string;
  readonly environment: (node: Node) => Readonly<Record<string, string>>;
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
    if (!release) return { ...NOT_STARTED, startedAt, endedAt: startedAt };
    try {
      const ended = await this.#execute(node, job, signal);
      if (!ended) return undefined;
      const result = { ...reply(ended), startedAt, endedAt: this.#deps.clock.now() };
      if (node.behaviour) return result;
      const directory = this.#orchestration(node.id, job);
      const files = { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') };
      return { ...result, files };
    } finally {
      release();
    }
  }

  /** The script, and again after every reboot that it asks for. */
  async #execute(node: Node, job: Job, signal: AbortSignal): Promise<Ended | undefined> {
    let before: Ended | undefined;
    for (let attempt = 0; ; attempt++) {
      const ended = node.behaviour
        ? await runVirtual(this.#deps.agenda, node.behaviour, { node, job, attempt }, signal)
        : await this.#runReal(node, job, signal);
      if (!ended) return undefined;
      const all = before ? appended(before, ended) : ended;
      if (ended.by !== 'exit' || ended.exitCode !== REBOOT) return all;
      try {
        await sleep(this.#deps.clock, REBOOT_MS, signal);
      } catch {
        return { ...all, by: 'cancel' };
      }
      before = all;
    }
  }

  #runReal(node: Node, job: Job, signal: AbortSignal): Promise<Ended> {
    const { workingDirectory = '' } = job;
    const home = this.#deps.home(node.id);
    const request = {
      directory: this.#orchestration(node.id, job),
      home,
      cwd: isAbsolute(workingDirectory) ? workingDirectory : join(home, workingDirectory),
      script: `${job.commands.join('\n')}\n`,
      env: { ...agentEnvironment(node, job, home), ...this.#deps.environment(node) },
      timeoutMs: effectiveTimeout(job.timeoutSeconds) * 1000,
    };
    return this.#deps.runner.run(request, signal);
  }

  /** Where the agent keeps a script and its output; the S3 keys of the output have the same end. */
  #orchestration(id: string, job: Job): string {
    const step = join('awsrunShellScript', '0.awsrunShellScript');
    return join(this.#deps.home(id), '.ssm', job.commandId, step);
  }
}

const NOT_STARTED = {
  status: 'Cancelled',
  exitCode: -1,
  stdout: '',
  stderr: '',
  output: '',
} as const;

function reply(ended: Ended): Omit<JobResult, 'startedAt' | 'endedAt'> {
  const stdout = truncateReply(ended.stdout);
  const stderr = truncateReply(ended.stderr);
  const { exitCode } = ended;
  return { status: statusOf(ended), exitCode, stdout, stderr, output: combine(stdout, stderr) };
}

/** Output goes on where it stood before the reboot: the agent opens its files for appending. */
function appended(before: Ended, after: Ended): Ended {
  const joined = (name: 'stdout' | 'stderr') => ({
    head: Buffer.concat([before[name].head, after[name].head]),
    size: before[name].size + after[name].size,
  });
  return { ...after, stdout: joined('stdout'), stderr: joined('stderr') };
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The agent's variables (executers.go, runscript.go); nothing of our own environment gets through. */
const agentEnvironment = (node: Node, job: Job, home: string): Record<string, string> => ({
  PATH,
  HOME: home,
  LANG: 'C.UTF-8',
  AWS_SSM_INSTANCE_ID: node.id,
  AWS_SSM_REGION_NAME: node.region,
  AWS_SSM_PLATFORM_NAME: node.platformName,
  AWS_SSM_PLATFORM_VERSION: node.platformVersion,
  SSM_COMMAND_ID: job.commandId,
});
