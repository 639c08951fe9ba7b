import { StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, StandardRetryToken } from '@smithy/types';

const ATTEMPTS = 5;

/**
 * The SDK's standard retry, for throttling alone: a throttled request was not carried out, so it may be
 * sent again. After any other failure the effect is uncertain, and the error goes to the caller.
 */
export class OnlyThrottling extends StandardRetryStrategy {
  constructor() {
    super(ATTEMPTS);
  }

  override refreshRetryTokenForRetry(
    token: StandardRetryToken,
    info: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    if (info.errorType !== 'THROTTLING')
      return Promise.reject(new Error('not sent again: the effect is uncertain'));
    return super.refreshRetryTokenForRetry(token, info);
  }
}
