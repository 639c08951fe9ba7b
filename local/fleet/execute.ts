/** How a real node does the work of one step. */
import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { type Clock, holding } from '../core/clock.ts';
import { effectiveTimeout, type Job, type ScriptWork, type Step } from './job.ts';
import type { Node } from './node.ts';
import type { Ended } from './outcome.ts';
import { captured } from './output.ts';
import type { RealRunner } from './real.ts';

export interface ExecutorDeps {
  readonly clock: Clock;
  readonly runner: RealRunner;
  readonly home: (id: string) => string;
  readonly environment: (node: Node) => Readonly<Record<string, string>>;
  /** An object of S3 at a URL, fetched as the node; throws what S3 answers. */
  readonly download: (node: Node, url: string) => Promise<Uint8Array>;
  /** Path of pwsh, where there is one. */
  readonly powershell: string | undefined;
}

export interface Place {
  readonly node: Node;
  readonly job: Job;
  readonly step: Step;
  /** Where the step's script and output lie. */
  readonly directory: string;
}

/** What simulated work leaves in a node's home: one JSON object a line. */
export const SIMULATED = '.ssm/simulated.jsonl';

export class Executor {
  readonly #deps: ExecutorDeps;

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
  }

  run(place: Place, signal: AbortSignal): Promise<Ended> {
    const { work } = place.step;
    if (work.do === 'download') return this.#download(place, work);
    if (work.do === 'simulate') return Promise.resolve(this.#simulate(place, work.text));
    return work.do === 'shell'
      ? this.#script(place, work, signal)
      : this.#powershell(place, work, signal);
  }

  #script(
    { node, job, directory }: Place,
    work: ScriptWork,
    signal: AbortSignal,
    powershell?: string,
  ): Promise<Ended> {
    const home = this.#deps.home(node.id);
    const request = {
      directory,
      home,
      cwd: this.#cwd(node, job, work.workingDirectory ?? ''),
      script: `${work.commands.join('\n')}\n`,
      env: { ...agentEnvironment(node, job, home), ...this.#deps.environment(node) },
      timeoutMs: effectiveTimeout(work.timeoutSeconds) * 1000,
      ...(powershell !== undefined && { powershell }),
    };
    return this.#deps.runner.run(request, signal);
  }

  /** Without pwsh nothing is executed, and that is what the node says: a failure that never started. */
  async #powershell(place: Place, work: ScriptWork, signal: AbortSignal): Promise<Ended> {
    const { powershell } = this.#deps;
    return powershell === undefined
      ? never('the embedded AWS did not execute this: PowerShell needs pwsh on the PATH')
      : this.#script(place, work, signal, powershell);
  }

  /** What the command downloaded is where its scripts start (runscript.go). */
  #cwd(node: Node, job: Job, given: string): string {
    if (isAbsolute(given)) return given;
    const downloads = join(this.#downloads(node, job), given);
    const there = statSync(downloads, { throwIfNoEntry: false })?.isDirectory();
    return there ? downloads : join(this.#deps.home(node.id), given);
  }

  #downloads(node: Node, job: Job): string {
    return join(this.#deps.home(node.id), '.ssm', job.commandId, 'downloads');
  }

  async #download(
    { node, job }: Place,
    { url, destination }: { readonly url: string; readonly destination: string },
  ): Promise<Ended> {
    const target = resolve(this.#downloads(node, job), destination);
    try {
      const body = await holding(this.#deps.clock, () => this.#deps.download(node, url));
      mkdirSync(target, { recursive: true });
      writeFileSync(join(target, basename(new URL(url).pathname)), body, { mode: 0o755 });
      return done(0, `Content downloaded to ${target}`, '');
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return done(1, '', `failed to download content from ${url}: ${why}`);
    }
  }

  #simulate({ node, job, step }: Place, text: string): Ended {
    const home = this.#deps.home(node.id);
    mkdirSync(join(home, '.ssm'), { recursive: true });
    const { commandId } = job;
    appendFileSync(
      join(home, SIMULATED),
      `${JSON.stringify({ commandId, step: step.name, text })}\n`,
    );
    return done(0, `simulated by the embedded AWS, nothing was changed: ${text}`, '');
  }
}

const done = (exitCode: number, stdout: string, stderr: string): Ended => ({
  by: 'exit',
  exitCode,
  stdout: captured(stdout),
  stderr: captured(stderr),
});

const never = (why: string): Ended => ({ ...done(-1, '', why), by: 'never' });

/** Of a node’s scripts. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

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
