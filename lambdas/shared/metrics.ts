/** Counts for CloudWatch, as lines of the log in the embedded metric format: no call, no permission. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { isThrottlingError } from '@smithy/core/retry';
import type { MiddlewareStack, SdkError } from '@smithy/types';
import { METRICS, type Metric, NAMESPACE } from '../../contract/metrics.ts';

export interface Meter {
  /** Default: 1. */
  count(metric: Metric, n?: number): void;
  seconds(metric: Metric, n: number): void;
}

const metrics = new Metrics({ namespace: NAMESPACE });

/** Kept until the invocation ends. */
export const meter: Meter = {
  count: (metric, n = 1) => void metrics.addMetric(metric, MetricUnit.Count, n),
  seconds: (metric, n) => void metrics.addMetric(metric, MetricUnit.Seconds, n),
};

/** One line with all that the invocation counted; none where it counted nothing. */
export function writeMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Counts each attempt of a client's calls that AWS throttles, also those that are repeated. */
export function countThrottles<I extends object, O extends object, C>(client: C & Client<I, O>): C {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isAnswer(error) && isThrottlingError(error)) meter.count(METRICS.throttles);
        throw error;
      }
    },
    // Behind the SDK's retries, which stand in the same step.
    { step: 'finalizeRequest', priority: 'low', name: 'countThrottles' },
  );
  return client;
}

interface Client<I extends object, O extends object> {
  readonly middlewareStack: MiddlewareStack<I, O>;
}

/** What the SDK made out of an answer has `$fault`. */
const isAnswer = (error: unknown): error is SdkError => error instanceof Error && '$fault' in error;
