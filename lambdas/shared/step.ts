/**
 * What every handler is made of: one list of middleware, one way to parse the input, one place where a
 * failure is logged (by name and text, never with the event: it holds what a person asked to run).
 */
import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { parseOrThrow } from '../../contract/problems.ts';
import { writeMetrics } from './metrics.ts';

export const logger = new Logger();

export type Log = Pick<Logger, 'info' | 'warn'>;

export interface Invocation {
  /** Milliseconds until Lambda ends this invocation. */
  remainingMs(): number;
}

export type BaseHandler<O> = (event: unknown, context: Context) => Promise<O>;

export const step =
  <I, O>(
    schema: z.ZodType<I>,
    run: (input: I, invocation: Invocation) => Promise<O>,
  ): BaseHandler<O> =>
  (event, context) => {
    const input = parseOrThrow(schema, event, 'InvalidStepInput', 'input of the step');
    return run(input, { remainingMs: () => context.getRemainingTimeInMillis() });
  };

const dispatchOf = (event: unknown): string | undefined => {
  if (typeof event !== 'object' || event === null) return undefined;
  if ('dispatch' in event && typeof event.dispatch === 'string') return event.dispatch;
  if ('examination' in event && typeof event.examination === 'string') return event.examination;
  if ('execution' in event) return nameOf(event.execution);
  return undefined;
};

const nameOf = (execution: unknown): string | undefined =>
  typeof execution === 'object' && execution !== null && 'name' in execution
    ? String(execution.name)
    : undefined;

const standardMiddleware: middy.MiddlewareObj = {
  before: ({ event, context }) => {
    logger.addContext(context);
    // A warm function still holds the keys of the invocation before.
    logger.resetKeys();
    logger.appendKeys({ dispatch: dispatchOf(event) ?? 'unknown' });
  },
  onError: ({ error }) => {
    logger.error('step failed', { errorName: error?.name, errorMessage: error?.message });
    writeMetrics();
  },
  after: () => {
    logger.info('step done');
    writeMetrics();
  },
};

/** No early timeout: Lambda ends a function that is out of time, it must not go on in a later invocation. */
const OPTIONS = { timeoutEarlyInMillis: 0 };

export const wrapped = <O>(base: BaseHandler<O>) =>
  middy<unknown, O>(base, OPTIONS).use(standardMiddleware);
