/** What the fleet process and its parent say to each other. */
import type { Ended } from './outcome.ts';

/** A script to run. All paths are absolute. */
export interface ScriptRequest {
  /** Made if missing: where the script lies, and its output as the files `stdout` and `stderr`. */
  readonly directory: string;
  /** The node's home, made if missing. */
  readonly home: string;
  /** Where the script runs; not made. */
  readonly cwd: string;
  readonly script: string;
  /** Path of a PowerShell to run it with; default: the shell. */
  readonly powershell?: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export type ToProcess =
  | { readonly do: 'run'; readonly run: number; readonly request: ScriptRequest }
  | { readonly do: 'kill'; readonly run: number };

export interface FromProcess {
  readonly run: number;
  readonly ended: Ended;
}

// Both ends are this program, so the guards tell the messages apart and look no further.
export const isToProcess = (message: unknown): message is ToProcess =>
  hasRun(message) && 'do' in message && (message.do === 'run' || message.do === 'kill');

export const isFromProcess = (message: unknown): message is FromProcess =>
  hasRun(message) && 'ended' in message;

const hasRun = (message: unknown): message is { run: number } =>
  typeof message === 'object' &&
  message !== null &&
  'run' in message &&
  typeof message.run === 'number';
