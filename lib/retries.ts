/** Retry policies of the workflow: each a name, a reason and a sum. */
import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { ERRORS } from '../contract/errors.ts';

/** Fleetwide's own errors say what a person must do; doing the same again does not help. */
export const NAMED_ERRORS_ARE_FINAL: RetryProps = {
  errors: Object.keys(ERRORS),
  maxAttempts: 0,
};

/** Time is over for an answer; asking again is what the request does not want. */
export const NOBODY_CAME: RetryProps = { errors: ['States.Timeout'], maxAttempts: 0 };

/**
 * Lambda itself is busy or broken, nothing of ours ran or it was cut off; every step may be run again.
 * 2 + 4 + 8 + 16 + 32 + 60 + 60 + 60 s at most: about 4 minutes, halved by the jitter on average.
 */
export const LAMBDA_TROUBLE: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 8,
  jitterStrategy: JitterType.FULL,
};

/**
 * The rest: a step that timed out, ran out of memory, or met a passing fault of S3 after the SDK's own
 * retries. 5 + 10 + 20 s at most.
 */
export const STEP_TROUBLE: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
};
