/** Exit codes, as `--help` states them. */
export const EXIT = {
  succeeded: 0,
  /** The dispatch ran, some nodes did not succeed. */
  nodes: 1,
  /** The request or the command line is wrong; nothing was started. */
  request: 2,
  /** The dispatch broke or could not be started or read. */
  broken: 3,
  /** The dispatch was cancelled; its report says how far it got. */
  recalled: 4,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Raised to end with a message and a code. */
export class CliError extends Error {
  readonly exit: Exit;
  constructor(message: string, exit: Exit) {
    super(message);
    this.exit = exit;
  }
}
