/** How an execution stands, as a person says it → as Step Functions does. */
export const STATUSES = {
  running: 'RUNNING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  'timed-out': 'TIMED_OUT',
  cancelled: 'ABORTED',
} as const;

export const statusWord = (status: string): string =>
  Object.entries(STATUSES).find(([, name]) => name === status)?.[0] ?? status;
