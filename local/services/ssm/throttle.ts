import type { Clock } from '../../core/clock.ts';
import { AwsError, type Call } from '../../core/operation.ts';
import { placeOf } from './deps.ts';

/**
 * Bounds the calls of each account and Region, whatever the operation, by a bucket that holds one second's
 * worth. AWS publishes no rates for Run Command; neighbours in the same service have 1 to 6 a second.
 */
export function throttle(clock: Pick<Clock, 'now'>, callsPerSecond: number): (call: Call) => void {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const size = Math.max(1, callsPerSecond);
  return (call) => {
    const { account, region } = placeOf(call);
    const key = `${account}/${region}`;
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: size, at: now };
    buckets.set(key, bucket);
    bucket.tokens = Math.min(size, bucket.tokens + ((now - bucket.at) / 1000) * callsPerSecond);
    bucket.at = now;
    if (bucket.tokens < 1) throw new AwsError('ThrottlingException', 'Rate exceeded');
    bucket.tokens--;
  };
}
