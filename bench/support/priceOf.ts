/** What AWS asks for a dispatch, by what was counted of it. */
import type { Counted } from './counted.ts';
import { callsOf } from './fleet.ts';
import { CALL_SECONDS, START_SECONDS } from './rates.ts';

/** us-east-1, as the price pages have it: Step Functions Standard, Lambda arm64, S3 requests. */
const TRANSITION = 0.025 / 1_000;
const INVOCATION = 0.2 / 1_000_000;
const GB_SECOND = 0.000_013_333_4;
const S3_PUT = 0.005 / 1_000;
const S3_GET = 0.0004 / 1_000;
const MEMORY_GB = 0.25;
/** Freeze and Report: each runs once, with the memory that lib/steps.ts gives them. */
const FLEET_GB = 1.73;
/** Of the calls of a function, those that wait at the same time: other accounts, other objects. */
const AT_ONCE = 10;
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
  const lambda = invocations * INVOCATION + (others * MEMORY_GB + fleet * FLEET_GB) * GB_SECOND;
  const puts = (figures.calls['s3:PutObject'] ?? 0) + (figures.calls['s3:UploadPart'] ?? 0);
  const s3 = puts * S3_PUT + (callsOf(figures, 's3') - puts) * S3_GET;
  const states = transitions * TRANSITION;
  return { states, lambda, s3, together: states + lambda + s3 };
}

export const PRICE_NOTE = `Step Functions $0.025 per 1,000 transitions (4,000 a month are free, not counted here); Lambda arm64 $0.20 per million invocations and $0.0000133334 per GB-second, reckoned with ${CALL_SECONDS * 1000} ms for a call to AWS, ${AT_ONCE} at once, and ${START_SECONDS * 1000} ms beside them; S3 $0.005 per 1,000 writes and $0.0004 per 1,000 reads. Run Command costs nothing on EC2, $0.002 an invocation on hybrid nodes.`;
