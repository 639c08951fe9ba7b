import { AwsError, type Call } from '../../core/operation.ts';

/**
 * Calls a second and burst of an account (Organizations User Guide, "Quotas", API rates); those of the units are
 * taken to be like those of the accounts in them.
 */
const RATES: Readonly<Record<string, readonly [rate: number, burst: number]>> = {
  ListAccounts: [8, 12],
  ListAccountsForParent: [5, 8],
  ListOrganizationalUnitsForParent: [5, 8],
  ListTagsForResource: [10, 15],
};

/** In real time: a function that is throttled waits in it, while the world's time may stand still. */
export function throttle(wallClock: () => number): (call: Call) => void {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return ({ operation, caller }) => {
    const limits = RATES[operation];
    if (!limits) return;
    const [rate, burst] = limits;
    const key = `${caller.account}/${operation}`;
    const now = wallClock();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * rate);
    bucket.at = now;
    if (bucket.tokens < 1)
      throw new AwsError(
        'TooManyRequestsException',
        'AWS Organizations can’t complete your request because another request is already in progress. Try again later.',
      );
    bucket.tokens--;
  };
}
