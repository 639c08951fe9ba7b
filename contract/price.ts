/**
 * What a dispatch costs, in dollars of us-east-1 as the price pages of Step Functions, Lambda, S3 and Systems
 * Manager have it; other Regions differ by some percent. Free tiers are not counted.
 */
export const PRICES = {
  /** Step Functions Standard, a state transition. */
  transition: 0.025 / 1_000,
  /** Lambda, an invocation; a GB-second on arm64. */
  invocation: 0.2 / 1_000_000,
  gigabyteSecond: 0.000_013_333_4,
  /** S3, a write or list; a read. */
  put: 0.005 / 1_000,
  get: 0.0004 / 1_000,
  /** Systems Manager, a command on a hybrid node. On EC2 it costs nothing. */
  hybrid: 0.002,
} as const;

/** What is reckoned for a function: for a call to AWS, beside them, and how many of them wait at the same time. */
export const LAMBDA = {
  callSeconds: 0.05,
  startSeconds: 0.2,
  atOnce: 10,
  gigabytes: 0.25,
} as const;

/** What is counted of a dispatch. */
export interface Usage {
  readonly transitions: number;
  readonly invocations: number;
  /** Calls to Systems Manager and STS. */
  readonly calls: number;
  readonly puts: number;
  readonly gets: number;
  /** Commands on hybrid nodes. */
  readonly hybrid: number;
}

export interface Price {
  readonly states: number;
  readonly lambda: number;
  readonly s3: number;
  readonly hybrid: number;
}

export function priceOf({ transitions, invocations, calls, puts, gets, hybrid }: Usage): Price {
  const waits = (calls + puts + gets) / LAMBDA.atOnce;
  const seconds = invocations * LAMBDA.startSeconds + waits * LAMBDA.callSeconds;
  return {
    states: transitions * PRICES.transition,
    lambda: invocations * PRICES.invocation + seconds * LAMBDA.gigabytes * PRICES.gigabyteSecond,
    s3: puts * PRICES.put + gets * PRICES.get,
    hybrid: hybrid * PRICES.hybrid,
  };
}

export const dollarsOf = (usage: Usage): number =>
  Object.values(priceOf(usage)).reduce((sum, dollars) => sum + dollars, 0);
