/**
 * Lambda gives each invocation a trace id, and the SDK sends it along with every call (Lambda Developer Guide,
 * "Defined runtime environment variables", _X_AMZN_TRACE_ID): so a call is known to be an invocation's.
 */
export function traceIdOf(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8, 32)};Sampled=0`;
}
