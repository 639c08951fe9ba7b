import type { Call } from '../../core/operation.ts';
import { type Context, required } from './shared.ts';

/**
 * Permission is asked for on the machine that the token belongs to: that is what the CDK's grantTaskResponse grants.
 * An unknown token belongs to none.
 */
export function allowedToAnswer(
  { engine, authorize }: Context,
  call: Call,
  taskToken: string | undefined,
): string {
  const token = required('taskToken', taskToken);
  const resource = engine.tokens.machineOf(token) ?? '*';
  authorize(call, { action: `states:${call.operation}`, resource });
  return token;
}
