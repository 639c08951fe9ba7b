/** Errors of AWS calls → reasons as data, so that one shard's trouble stays its own. */
import { FleetwideError } from '../../contract/errors.ts';
import type { Outcome } from '../../contract/outcomes.ts';
import type { Reason } from '../../contract/stored.ts';

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ForbiddenException',
  'UnauthorizedOperation',
]);

const MAX_MESSAGE = 1000;

/** @param action the call that failed, e.g. `ssm:SendCommand`; a denial may name a nearer one. */
export function reasonOf(error: unknown, action: string): Reason {
  const name = error instanceof Error ? error.name : 'Error';
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MAX_MESSAGE);
  if (DENIED.has(name)) {
    const denied = /not authorized to perform: ([a-z0-9-]+:\w+)/i.exec(message)?.[1];
    return { code: 'AccessDenied', message, action: denied ?? action };
  }
  if (error instanceof FleetwideError || isService(error)) return { code: name, message, action };
  // Sockets name their failure in `code` (ECONNRESET); the SDK's own timeouts in the name.
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return { code: error.code, message, action };
  if (name === 'TimeoutError' || name === 'AbortError') return { code: name, message, action };
  // The rest is an answer that could not be read: SyntaxError and TypeError of the deserialiser.
  return { code: 'UnexpectedAnswer', message: `${name}: ${message}`, action };
}

/** Whether the same call may get through later: who may not do something may not do it in a moment either. */
export const mayPass = ({ code }: Reason): boolean => code !== 'AccessDenied';

/** What the SDK made out of an answer that it could read has `$fault`. */
const isService = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && '$fault' in error;

export const outcomeOfReason = (reason: Reason): Outcome =>
  reason.code === 'AccessDenied' ? 'denied' : 'undeliverable';
