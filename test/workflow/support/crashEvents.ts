/** What can happen to a call of a function, for tests that let it happen to each call in turn. */
import type { Call } from '../../../local/core/operation.ts';
import type { Fault, Faults, Phase } from '../../../local/wire/faults.ts';

/** Each n-th call is met, at each event another, so that every call meets one of them; CRASHES_EVERY=1 meets all. */
export const EVERY = Number(process.env.CRASHES_EVERY ?? '4');

export const answered = (name: string, status: number) => ({
  kind: 'error' as const,
  name,
  message: `${name}, on purpose`,
  status,
});

/** By the names that the services have for it. */
export const EVENTS: Readonly<Record<string, { when: Phase; fault: (call: Call) => Fault }>> = {
  'killed before it': { when: 'before', fault: () => ({ kind: 'kill' }) },
  'killed after its effect': { when: 'after', fault: () => ({ kind: 'kill' }) },
  'reply lost': { when: 'after', fault: () => ({ kind: 'reset' }) },
  throttled: {
    when: 'before',
    fault: ({ service }) =>
      service === 's3' ? answered('SlowDown', 503) : answered('ThrottlingException', 400),
  },
  '5xx': {
    when: 'before',
    fault: ({ service }) =>
      answered(service === 's3' ? 'InternalError' : 'InternalServerError', 500),
  },
  'credentials expired': {
    when: 'before',
    fault: ({ service }) =>
      answered(service === 's3' ? 'ExpiredToken' : 'ExpiredTokenException', 400),
  },
};

/** `send ssm:SendCommand`; undefined for a call that no function makes. */
export const kindOf = (call: Call): string | undefined =>
  call.by && `${call.by.name.replace('fleetwide-', '')} ${call.service}:${call.operation}`;

/** Counts the calls that fit, by their kind. */
export const countingInto =
  (calls: Map<string, number>, fits: (kind: string) => boolean = () => true): Faults =>
  (call, phase) => {
    const kind = kindOf(call);
    if (kind && phase === 'before' && fits(kind)) calls.set(kind, (calls.get(kind) ?? 0) + 1);
    return undefined;
  };

/** Lets an event happen to the n-th call of a kind. */
export function happening(
  event: string,
  kind: string,
  n: number,
): { faults: Faults; met(): boolean } {
  const { when, fault } = EVENTS[event] ?? { when: 'before', fault: () => undefined };
  let seen = 0;
  let met = false;
  return {
    met: () => met,
    faults(call, phase) {
      if (phase !== when || kindOf(call) !== kind || ++seen !== n) return undefined;
      met = true;
      return fault(call);
    },
  };
}

/** What is not there is not found: such a call has no effect after which something could happen. */
export const hasEffect = (kind: string, event: string): boolean =>
  EVENTS[event]?.when === 'before' || !kind.endsWith('s3:GetObject');

/** The calls that an event is to meet, in order: the n-th of a kind. */
export function* turns(
  calls: ReadonlyMap<string, number>,
  event: string,
): Generator<{ readonly kind: string; readonly n: number; readonly number: number }> {
  const offset = Object.keys(EVENTS).indexOf(event) % EVERY;
  let number = 0;
  for (const [kind, times] of calls)
    for (let n = 1; n <= times; n++) if (number++ % EVERY === offset) yield { kind, n, number };
}

/** Prints a line for each kind of call and event at the end: what became of the runs. */
export function matrix(): { note(kind: string, event: string, way: string): void; print(): void } {
  const ways = new Map<string, Map<string, number>>();
  return {
    note(kind, event, way) {
      const name = `${kind.padEnd(42)} ${event.padEnd(24)}`;
      const counts = ways.get(name) ?? new Map<string, number>();
      ways.set(name, counts.set(way, (counts.get(way) ?? 0) + 1));
    },
    print() {
      for (const [name, counts] of ways) {
        const text = [...counts].map(([way, n]) => `${n} × ${way}`).join('; ');
        process.stdout.write(`${name} ${text}\n`);
      }
    },
  };
}
