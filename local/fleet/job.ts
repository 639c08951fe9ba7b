/** What a node is asked to do, and how it answers. */
import type { Node } from './node.ts';

export interface Job {
  readonly commandId: string;
  /** Lines of one shell script. */
  readonly commands: readonly string[];
  /** Absolute, or relative to the node's home; default: the home. */
  readonly workingDirectory?: string;
  /** What the document says; the agent runs by {@link effectiveTimeout}. */
  readonly timeoutSeconds: number;
}

export type JobStatus = 'Success' | 'Failed' | 'TimedOut' | 'Cancelled';

/** The agent's last reply about a job. */
export interface JobResult {
  readonly status: JobStatus;
  /** -1: cancelled before it started. */
  readonly exitCode: number;
  /** At most 24,000 bytes each, as the agent truncates them. */
  readonly stdout: string;
  readonly stderr: string;
  /** stdout and stderr in one text of at most 2,500 bytes: what ListCommandInvocations shows. */
  readonly output: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Real nodes: paths of the files with the whole of each stream. */
  readonly files?: { readonly stdout: string; readonly stderr: string };
}

/** How a command goes on a virtual node. */
export interface VirtualOutcome {
  /** How long the script takes; default 0. Past the execution timeout it ends as TimedOut. */
  readonly delayMs?: number;
  /** Default 0. 194 reboots the node and runs the script again, 137 counts as TimedOut. */
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** The node takes the command and is never heard of again. */
  readonly neverAnswers?: boolean;
}

/** Must depend on its arguments alone; `attempt` counts reboots, from 0. */
export type Behaviour = (node: Node, job: Job, attempt: number) => VirtualOutcome;

/**
 * The agent's check (pluginutil ValidateExecutionTimeout): outside 5..172800 s it takes 3600 without a word.
 */
export const effectiveTimeout = (seconds: number): number =>
  seconds >= 5 && seconds <= 172_800 ? seconds : 3600;
