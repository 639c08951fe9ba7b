/**
 * How the agent judges the end of a script. Measured on the 3.3 line. Imported by the fleet process,
 * so it imports nothing that runs.
 */
import type { JobStatus } from './job.ts';

/** Why a script ended: by itself, by its execution timeout, because it was told to stop; or it never began. */
export type EndedBy = 'exit' | 'timeout' | 'cancel' | 'never';

/** A stream: its first bytes, and how many there were. */
export interface Captured {
  readonly head: Uint8Array;
  readonly size: number;
  /** All of it, where it is at hand and not in a file. */
  readonly whole?: Uint8Array;
}

export interface Ended {
  readonly by: EndedBy;
  readonly exitCode: number;
  readonly stdout: Captured;
  readonly stderr: Captured;
}

/** Exit codes that ask for a reboot, after which the script runs again (User Guide, "Handling reboots when running commands"). */
const REBOOT = { Windows: 3010, others: 194 } as const;

export const asksForReboot = (platform: string, exitCode: number): boolean =>
  exitCode === (platform === 'Windows' ? REBOOT.Windows : REBOOT.others);

/** SIGKILL. */
export const KILLED = 137;

/** Any 137 that nobody asked for is taken for a timeout (pluginutil GetStatus). */
export function statusOf({ by, exitCode }: Pick<Ended, 'by' | 'exitCode'>): JobStatus {
  if (by === 'cancel') return 'Cancelled';
  if (by === 'timeout' || exitCode === KILLED) return 'TimedOut';
  return exitCode === 0 ? 'Success' : 'Failed';
}

/** What the agent appends to stderr, without a newline; empty unless the script failed by itself. */
export const failureText = (by: EndedBy, exitCode: number): string =>
  exitCode === REBOOT.others || statusOf({ by, exitCode }) !== 'Failed'
    ? ''
    : `failed to run commands: exit status ${exitCode}`;
