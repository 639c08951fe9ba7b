/** One script as one process group. Runs in the fleet process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { RealClock } from '../core/clock.ts';
import type { ScriptRequest } from './messages.ts';
import { type Captured, type Ended, type EndedBy, failureText, KILLED } from './outcome.ts';

/** The head of a stream that is kept in memory; truncation needs 24,000 bytes. */
const HEAD = 24_000;
/** How long a killed group has to let go of its pipes; one that left the group may hold them for ever. */
const GRACE_MS = 250;

// A process takes the time it takes, whatever the clock of the world does.
const clock = new RealClock();

export interface Script {
  kill(by: 'timeout' | 'cancel'): void;
}

export function startScript(request: ScriptRequest, done: (ended: Ended) => void): Script {
  mkdirSync(request.directory, { recursive: true });
  mkdirSync(request.home, { recursive: true });
  const stdout = new Recorder(join(request.directory, 'stdout'));
  const stderr = new Recorder(join(request.directory, 'stderr'));
  let by: EndedBy = 'exit';
  let finished = false;
  const finish = (exitCode: number, failure = failureText(by, exitCode)) => {
    if (finished) return;
    finished = true;
    timeout.cancel();
    stderr.write(Buffer.from(failure));
    done({ by, exitCode, stdout: stdout.close(), stderr: stderr.close() });
  };
  const kill: Script['kill'] = (reason) => {
    if (finished || by !== 'exit') return;
    by = reason;
    if (child) killGroup(child);
    clock.after(GRACE_MS, () => finish(KILLED));
  };
  const timeout = clock.after(request.timeoutMs, () => kill('timeout'));

  const problem = directoryProblem(request.cwd);
  const child = problem ? undefined : spawnShell(request);
  if (!child) {
    finish(1, `failed to run commands: chdir ${request.cwd}: ${problem}`);
    return { kill };
  }
  child.stdout.on('data', (chunk: Buffer) => stdout.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.write(chunk));
  child.on('error', (error) => finish(1, `failed to run commands: ${error.message}`));
  child.on('exit', () => keepIfLeft(child));
  // 'close' and not 'exit': a background child that holds stdout keeps the command open, as on a node.
  child.on('close', (code, signal) => finish(by === 'exit' ? exitCode(code, signal) : KILLED));
  return { kill };
}

type Shell = ChildProcess & { readonly stdout: Readable; readonly stderr: Readable };

function spawnShell(request: ScriptRequest): Shell {
  const { powershell } = request;
  const path = join(request.directory, powershell === undefined ? '_script.sh' : '_script.ps1');
  // Synchronous: a script still open for writing when another one is forked could not be run (ETXTBSY).
  writeFileSync(path, request.script, { mode: 0o700 });
  const [program, args] =
    powershell === undefined
      ? (['/bin/sh', ['-c', quote(path)]] as const)
      : ([powershell, ['-NoLogo', '-NonInteractive', '-NoProfile', '-File', path]] as const);
  const child = spawn(program, args, {
    cwd: request.cwd,
    env: { ...request.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  groups.add(child);
  return child;
}

const quote = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`;

/** Groups that may have members: of running scripts, and what those left behind in the background. */
const groups = new Set<ChildProcess>();

function keepIfLeft(child: ChildProcess): void {
  if (!signalGroup(child, 0)) groups.delete(child);
}

export function killAll(): void {
  for (const child of groups) killGroup(child);
}

function killGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGKILL');
}

/** False when the group has no members any more. */
function signalGroup({ pid }: ChildProcess, signal: 'SIGKILL' | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** A signal counts as the shell counts it: 128 and its number. */
const exitCode = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal ? constants.signals[signal] : 0);

function directoryProblem(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 'no such file or directory';
  return stats.isDirectory() ? undefined : 'not a directory';
}

/** Writes a stream to its file, after what an earlier run of the same script left there. */
class Recorder {
  readonly #file: number;
  readonly #head: Buffer[] = [];
  #kept = 0;
  #size = 0;
  #open = true;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  write(chunk: Buffer): void {
    if (!this.#open) return;
    writeSync(this.#file, chunk);
    this.#size += chunk.length;
    if (this.#kept >= HEAD) return;
    // A copy: the chunk is a view of a pool that is used again.
    const part = Buffer.from(chunk.subarray(0, HEAD - this.#kept));
    this.#head.push(part);
    this.#kept += part.length;
  }

  close(): Captured {
    this.#open = false;
    closeSync(this.#file);
    return { head: Buffer.concat(this.#head), size: this.#size };
  }
}
