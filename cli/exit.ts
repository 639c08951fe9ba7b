/** Exit codes: what a script may rely on. */
export const EXIT = {
  succeeded: 0,
  /** The dispatch ran, some nodes did not succeed; or doctor found something broken. */
  nodes: 1,
  /** The request or the command line is wrong; nothing was started. */
  request: 2,
  /** The dispatch broke or could not be started or read. */
  broken: 3,
  /** The dispatch was cancelled; its report says how far it got. */
  recalled: 4,
  /** Nobody reads any more what is printed; what was started goes on. As a shell shows SIGPIPE. */
  unread: 141,
  /** Ctrl-C: nobody follows any more, the dispatch goes on. */
  interrupted: 130,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES = `Exit codes:
    0  all nodes succeeded, or what was asked for was done
    1  the dispatch ran, some nodes did not succeed; of doctor: something is broken
    2  the request or the command line is wrong; nothing was started
    3  the dispatch broke, or could not be started or read
    4  the dispatch was cancelled
  130  interrupted: the dispatch goes on
  141  nobody reads what is printed any more: the dispatch goes on`;

/** Raised to end with a message and a code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: Exit;
  constructor(message: string, exit: Exit) {
    super(message);
    this.exit = exit;
  }
}
