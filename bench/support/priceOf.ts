/** What AWS asks for a dispatch, by what was counted of it. */
import { PRICES } from '../../contract/price.ts';
import type { Counted } from './counted.ts';
import { callsOf } from './fleet.ts';
import { CALL_SECONDS, START_SECONDS } from './rates.ts';

const MEMORY_GB = 0.25;
/** Freeze and Report: each runs once, with the memory that lib/steps.ts gives them. */
const FLEET_GB = 1.73;
/** Of the calls of a function, those that wait at the same time: other accounts, other objects. */
const AT_ONCE = 5;
/** Freeze and Report read an object of each shard. */
const FLEET_AT_ONCE = 40;

export interface Price {
  readonly states: number;
  readonly lambda: number;
  readonly s3: number;
  readonly together: number;
}

export function priceOf(figures: Counted): Price {
  const { transitions, invocations, shards } = figures;
  const waited = ['ssm', 'sts', 's3'].reduce((sum, service) => sum + callsOf(figures, service), 0);
  const fleet = 2 * (START_SECONDS + (shards / FLEET_AT_ONCE) * CALL_SECONDS);
  const others = invocations * START_SECONDS + ((waited - 2 * shards) / AT_ONCE) * CALL_SECONDS;
  const lambda =
    invocations * PRICES.invocation +
    (others * MEMORY_GB + fleet * FLEET_GB) * PRICES.gigabyteSecond;
  const puts = (figures.calls['s3:PutObject'] ?? 0) + (figures.calls['s3:UploadPart'] ?? 0);
  const s3 = puts * PRICES.put + (callsOf(figures, 's3') - puts) * PRICES.get;
  const states = transitions * PRICES.transition;
  return { states, lambda, s3, together: states + lambda + s3 };
}

export const PRICE_NOTE = `Step Functions $0.025 per 1,000 transitions (4,000 a month are free, not counted here); Lambda arm64 $0.20 per million invocations and $0.0000133334 per GB-second, reckoned with ${CALL_SECONDS * 1000} ms for a call to AWS, ${AT_ONCE} at once, and ${START_SECONDS * 1000} ms beside them; S3 $0.005 per 1,000 writes and $0.0004 per 1,000 reads. Run Command costs nothing on EC2, $0.002 an invocation on hybrid nodes.`;
