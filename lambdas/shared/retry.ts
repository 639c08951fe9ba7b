import { isClockSkewError, StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, StandardRetryToken } from '@smithy/types';

/** A silent endpoint costs a call 20 s, three times; without the last field the handler only warns. */
export const PATIENCE = {
  connectionTimeout: 5_000,
  requestTimeout: 20_000,
  throwOnRequestTimeout: true,
};
export const ATTEMPTS = 3;
/** Throttling passes, if one gives it time: up to 0.5 + 1 + 2 + 4 s, within SEND_WITHIN_MS. */
const ATTEMPTS_WHEN_THROTTLED = 5;
/** Up to 0.5 + 1 + 2 + 4 + 8 + 16 + 20 s: a reading has time, and what it does not get is missing in a report. */
export const PATIENT_ATTEMPTS = 8;

/** The SDK's standard retry, with more attempts where the service asks for patience. */
export class Patient extends StandardRetryStrategy {
  constructor() {
    super(PATIENT_ATTEMPTS);
  }

  override refreshRetryTokenForRetry(
    token: StandardRetryToken,
    info: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    if (info.errorType !== 'THROTTLING' && token.getRetryCount() >= ATTEMPTS - 1)
      return Promise.reject(new Error('given up'));
    return super.refreshRetryTokenForRetry(token, info);
  }
}

/**
 * The SDK's standard retry, for what was certainly not carried out: a throttled request, and one refused for
 * its signature or the time in it (what the SDK takes for a skewed clock). After any other failure the effect is uncertain, and the error goes to the
 * caller.
 */
export class OnlyIfNotDone extends StandardRetryStrategy {
  constructor() {
    super(ATTEMPTS_WHEN_THROTTLED);
  }

  override refreshRetryTokenForRetry(
    token: StandardRetryToken,
    info: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    if (info.errorType !== 'THROTTLING' && !(info.error && isClockSkewError(info.error)))
      return Promise.reject(new Error('not sent again: the effect is uncertain'));
    return super.refreshRetryTokenForRetry(token, info);
  }
}
