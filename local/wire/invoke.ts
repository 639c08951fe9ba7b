import type { Clock } from '../core/clock.ts';
import { holding } from '../core/clock.ts';
import {
  AwsError,
  type Call,
  type Caller,
  type Service,
  type ServiceId,
} from '../core/operation.ts';
import { unknownOperation } from './errors.ts';
import { Faulted, type Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';

export interface InvokeDeps {
  readonly clock: Clock;
  readonly services: readonly Service[];
  readonly ledger: Ledger;
  readonly faults?: Faults;
  readonly newId: () => string;
}

/** Runs one operation with ledger and faults: the one way to a service, over HTTP or from within. */
export async function invoke(deps: InvokeDeps, call: Call, input: unknown): Promise<unknown> {
  const { service, operation, caller } = call;
  const operations = deps.services.find(({ id }) => id === service)?.operations ?? {};
  const handler = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (!handler) throw unknownOperation(service, operation);
  deps.ledger.add(service, operation, caller.account);
  const fail = (phase: 'before' | 'after') => {
    const fault = deps.faults?.(call, phase);
    if (fault) throw new Faulted(fault);
  };
  fail('before');
  // Each operation has its own input type; the wire decoded this one by that operation's schema.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const output = await handler(call, input as never);
  fail('after');
  return output;
}

/**
 * An integration that does not go over HTTP (Step Functions to Lambda, a rule to its target): same
 * handler, so same authorisation; same ledger; same faults, of which a lost connection looks like a 503.
 */
export function createInvokeInternal(deps: InvokeDeps) {
  return (
    caller: Caller,
    service: ServiceId,
    operation: string,
    region: string,
    input: unknown,
  ): Promise<unknown> =>
    holding(deps.clock, async () => {
      const call = { service, operation, region, caller, secure: true, requestId: deps.newId() };
      try {
        return await invoke(deps, call, input);
      } catch (error) {
        throw error instanceof Faulted ? internalError(error, call) : error;
      }
    });
}

function internalError({ fault }: Faulted, { service, operation }: Call): AwsError {
  return fault.kind === 'error'
    ? new AwsError(fault.name, fault.message, fault.status)
    : new AwsError(
        'ServiceUnavailable',
        `${service}:${operation} did not answer (${fault.kind})`,
        503,
      );
}
