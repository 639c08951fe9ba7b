/** Failures that Lambda itself reports, in its words. */
import type { FunctionError } from './messages.ts';

/** Payloads of a request and of a response (Lambda quotas, "Function configuration, deployment, and execution"). */
export const PAYLOAD_LIMIT = 6_291_456;

const ofRequest = (requestId: string, errorType: string, message: string): FunctionError => ({
  errorType,
  errorMessage: `RequestId: ${requestId} Error: ${message}`,
});

export const timedOut = (requestId: string, seconds: number): FunctionError =>
  ofRequest(requestId, 'Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`);

export const outOfMemory = (requestId: string): FunctionError =>
  ofRequest(requestId, 'Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');

export const exited = (requestId: string, code: number): FunctionError =>
  ofRequest(
    requestId,
    'Runtime.ExitError',
    code === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: exit status ${code}`,
  );

export const responseTooLarge = (bytes: number): FunctionError => ({
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${PAYLOAD_LIMIT} bytes).`,
});
