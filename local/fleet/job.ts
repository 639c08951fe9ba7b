/** What a node is asked to do, and how it answers. */
import type { Node, PlatformType } from './node.ts';

export interface Job {
  readonly commandId: string;
  readonly steps: readonly [Step, ...Step[]];
  /** Where the agent puts the whole output, beside its answer; default: nowhere. */
  readonly output?: OutputTarget;
}

export interface OutputTarget {
  readonly s3?: { readonly bucket: string; readonly prefix: string };
  /** A log group of the node's own account and Region. */
  readonly logGroup?: string;
}

/** The whole output of a step. An empty stream is left out: the agent makes no object and no log stream for it. */
export interface StepOutput {
  readonly node: Node;
  readonly job: Job;
  readonly step: Step;
  readonly streams: Readonly<Partial<Record<'stdout' | 'stderr', Uint8Array>>>;
}

export interface Step {
  /** What the results show: the step's name, for schema 1.2 the plugin's. */
  readonly name: string;
  /** Below the command's directory: where the agent keeps the step's script and output. */
  readonly folder: string;
  readonly work: Work;
  /** Its precondition: on other platforms it is skipped. */
  readonly platform?: PlatformType;
  /** What its failure means for the steps behind it; default: nothing. */
  readonly onFailure?: 'exit' | 'successAndExit';
}

/** One script. */
export interface ScriptWork {
  readonly do: 'shell' | 'powershell';
  readonly commands: readonly string[];
  /** Absolute, or relative to what the command downloaded, or to the node's home; default: that itself. */
  readonly workingDirectory?: string;
  /** What the document says; the agent runs by {@link effectiveTimeout}. */
  readonly timeoutSeconds: number;
}

export type Work =
  | ScriptWork
  /** One object of S3, with the node's own credentials. */
  | { readonly do: 'download'; readonly url: string; readonly destination: string }
  /** What can't be done to a directory that stands for a server: it is noted in the node's home. */
  | { readonly do: 'simulate'; readonly text: string };

export type JobStatus = 'Success' | 'Failed' | 'TimedOut' | 'Cancelled';

/** The agent's last reply about a job: how it ended as a whole, with the output of its decisive step. */
export interface JobResult extends Omit<StepResult, 'name'> {
  readonly steps: readonly StepResult[];
}

/** The agent's reply about a step. */
export interface StepResult {
  readonly name: string;
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
  /** Default 0. 194 (Windows: 3010) reboots the node and runs the script again, 137 counts as TimedOut. */
  readonly exitCode?: number;
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string | Uint8Array;
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
