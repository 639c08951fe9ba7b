/**
 * Every error Fleetwide raises by itself: the name is what Step Functions shows, what a Catch matches and
 * what docs/errors.md explains (a test compares the two).
 */
interface Entry {
  readonly meaning: string;
  readonly remedy: string;
  /** What was asked for was refused: nothing was staged or sent for it. */
  readonly refuses?: true;
}

export const ERRORS = {
  InvalidRequest: {
    refuses: true,
    meaning: 'The request has problems; all of them are listed with their paths. Nothing was sent.',
    remedy: 'Mend each listed field and start again.',
  },
  InvalidSchedule: {
    meaning: 'A schedule has problems; all of them are listed with their paths. It was not stored.',
    remedy: 'Mend each listed field; docs/schedules.md explains them.',
  },
  InvalidDispatchId: {
    refuses: true,
    meaning: 'The execution name cannot be a dispatch id.',
    remedy:
      'Start the execution with a name of 2 to 64 characters out of A-Z a-z 0-9 _ - (it becomes the role session name).',
  },
  DispatchAlreadyRan: {
    refuses: true,
    meaning: 'This dispatch id was used before, for another start. Nothing was sent.',
    remedy: 'Start again under a new execution name.',
  },
  PlanMissing: {
    refuses: true,
    meaning: 'There is no frozen plan of that dispatch. Nothing was sent.',
    remedy: 'Run the request with mode "plan" first, and give the id of that dispatch.',
  },
  PlanMoved: {
    refuses: true,
    meaning:
      'What the plan froze is no longer so: nodes, script or documents moved since. All that moved is listed. Nothing was sent.',
    remedy: 'Plan again, look at what has changed, and run the new plan.',
  },
  TooManyNodes: {
    refuses: true,
    meaning: 'The request matches more nodes than its maxNodes. Nothing was sent.',
    remedy: 'Narrow the targets, or raise maxNodes if the match is intended.',
  },
  ResultsBucketMissing: {
    meaning: 'The results bucket does not exist.',
    remedy: 'Deploy the Hub stack again; the bucket name is in its RESULTS_BUCKET environment.',
  },
  ExchangeBucketMissing: {
    refuses: true,
    meaning:
      'A Region of the request has no exchange bucket to put the script into. Nothing was sent.',
    remedy:
      'Add the Region to "regions" in fleetwide.config.json and deploy its HubRegion stack, or send the script with delivery "inline".',
  },
  OrganizationNotReadable: {
    refuses: true,
    meaning:
      'The request selects accounts of the organisation, but AWS Organizations does not tell the hub about it. Nothing was sent.',
    remedy:
      'Run the hub in the management account, or make it a delegated administrator there; or name accounts by id or list.',
  },
  SourceUnreadable: {
    refuses: true,
    meaning: 'The object of S3 that the request names cannot be read by the hub. Nothing was sent.',
    remedy:
      'Look at its name; name its bucket in "sources" of fleetwide.config.json and deploy the Hub stack; a bucket of another account must let the role fleetwide-admit read it, too.',
  },
  SourceDiffers: {
    refuses: true,
    meaning:
      'The object of S3 that the request names is not, or no longer, the one that it means. Nothing was sent.',
    remedy: 'Give the SHA-256 that it has now, if that is the one you mean, and start again.',
  },
  StoredObjectMissing: {
    meaning: 'An object that an earlier step wrote is not in the results bucket.',
    remedy:
      'Look whether a lifecycle rule or a person removed it; start the request again under a new name.',
  },
  StoredObjectInvalid: {
    meaning: 'An object in the results bucket is not what the step that wrote it wrote.',
    remedy:
      'Something else wrote to the bucket or the versions differ: restore the object, or start the request again.',
  },
  AccessDenied: {
    meaning: 'The hub role of this step may not do what it has to; the action is named.',
    remedy:
      'Deploy the Hub stack again, or look for a service control policy that denies the action.',
  },
  InvalidStepInput: {
    meaning: 'A step was given an input that no Fleetwide state machine gives.',
    remedy: 'Deploy the Hub stack again so that state machine and functions are of one version.',
  },
  InvalidEnvironment: {
    meaning: 'A function lacks an environment variable, or one has a wrong value.',
    remedy: 'Deploy the Hub stack again; the variable is named.',
  },
  InvalidConfig: {
    meaning: 'fleetwide.config.json has problems; all of them are listed with their paths.',
    remedy: 'Mend each listed field; the README’s section on deploying names them.',
  },
  UnexpectedAnswer: {
    meaning: 'AWS answered something that the step cannot read.',
    remedy:
      'Start again; if it stays, the answer that the message quotes belongs into a bug report.',
  },
  NothingMatched: {
    meaning: 'No node matched the targets in any account and Region that could be read.',
    remedy:
      'Look at the report for shards that were skipped, then at the tags and ids of the request.',
  },
  NodesDidNotSucceed: {
    meaning:
      'The dispatch ran to its end, but not every matched node succeeded; the counts are in the cause.',
    remedy: 'Read the report: each node has its outcome and reason.',
  },
  Rejected: {
    meaning:
      'A person rejected a wave; it and those after it were not sent. The cause says who and why.',
    remedy: 'Settle the reason, and dispatch again to the nodes that were skipped.',
  },
  ApprovalExpired: {
    meaning: 'Nobody approved a wave in time; it and those after it were not sent.',
    remedy: 'Dispatch again, and have it approved within approval.expiresAfterSeconds.',
  },
  OverallTimeout: {
    meaning: 'timeouts.overallSeconds passed: nothing more was sent, and what ran was cancelled.',
    remedy:
      'Read the report: it says how far each node got; then dispatch again to the rest, with more time.',
  },
  WindowClosed: {
    meaning: 'window.stopSendingAfter passed before everything was sent; the rest was not sent to.',
    remedy: 'Dispatch again to the nodes that were skipped, in the next window.',
  },
  ErrorBudgetSpent: {
    meaning:
      'More nodes went wrong than errorBudget allows, so the waves after that were not sent.',
    remedy: 'Read the report, mend the cause, and dispatch again to the nodes that were skipped.',
  },
  DispatchRecalled: {
    meaning:
      'The dispatch was stopped, timed out or broke; nothing more was sent and what ran was cancelled.',
    remedy:
      'Read the report: it says how far each node got and where a process may still run; then dispatch again to the rest.',
  },
  RecallIncomplete: {
    meaning:
      'Some nodes of a recalled dispatch are not accounted for, because a part of the recall broke.',
    remedy: 'Run fleetwide cancel again: it looks once more at what is missing.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type ErrorName = keyof typeof ERRORS;

const isErrorName = (name: string): name is ErrorName => Object.hasOwn(ERRORS, name);

/** Whether an error of this name says that nothing was sent, since what was asked for is wrong. */
export const isRefusal = (name: string): boolean => isErrorName(name) && 'refuses' in ERRORS[name];

/** One thing wrong with an input: where it is, what is wrong, what to do. */
export interface Problem {
  /** Path in the input, e.g. `targets.accounts[0]`; empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

export class FleetwideError extends Error {
  override readonly name: ErrorName;
  readonly problems: readonly Problem[];

  /**
   * @param what the thing and the value, e.g. `s3://bucket/key: not JSON`
   * @param problems for inputs: all that is wrong with them
   */
  constructor(name: ErrorName, what: string, problems: readonly Problem[] = []) {
    const lines = problems.map((p) => `- ${p.path || '(the whole)'}: ${p.message}. ${p.remedy}`);
    super([what, ...lines, ERRORS[name].remedy].join('\n'));
    this.name = name;
    this.problems = problems;
  }
}
