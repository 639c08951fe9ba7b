/** The faults of a world that tests switch on for one dispatch and off again. */
import type { Call } from '../../../local/core/operation.ts';
import type { Fault, Faults, Phase } from '../../../local/wire/faults.ts';

export interface Moment {
  /** `ssm:SendCommand`. */
  readonly call: string;
  /** Name of the role that calls; default: any. */
  readonly role?: string;
  /** Account of the caller; default: any. */
  readonly account?: string;
  /** Default `before` the call is carried out. */
  readonly phase?: Phase;
}

/** Each time a call fits: alters the world, or says how the call fails. */
export const at =
  (moment: Moment, act: (call: Call) => Fault | undefined | void): Faults =>
  (call, phase) =>
    fits(moment, call, phase) ? (act(call) ?? undefined) : undefined;

/** {@link at} the first such call alone. */
export function once(moment: Moment, act: (call: Call) => Fault | undefined | void): Faults {
  let done = false;
  return at(moment, (call) => {
    if (done) return undefined;
    done = true;
    return act(call);
  });
}

const fits = (moment: Moment, { service, operation, caller }: Call, phase: Phase): boolean =>
  moment.call === `${service}:${operation}` &&
  phase === (moment.phase ?? 'before') &&
  (moment.role === undefined || (caller.roleArn?.endsWith(`/${moment.role}`) ?? false)) &&
  (moment.account === undefined || moment.account === caller.account);

export class Trouble {
  #active: readonly Faults[] = [];

  /** For `makeWorld({ faults })`. */
  readonly faults: Faults = (call, phase) => {
    for (const faults of this.#active) {
      const fault = faults(call, phase);
      if (fault) return fault;
    }
    return undefined;
  };

  async during<T>(active: readonly Faults[], work: () => Promise<T>): Promise<T> {
    this.#active = active;
    try {
      return await work();
    } finally {
      this.#active = [];
    }
  }
}

const error = (name: string, message: string, status: number): Fault => ({
  kind: 'error',
  name,
  message,
  status,
});
const rubbish = (status: number, body: string, contentType: string): Fault => ({
  kind: 'rubbish',
  status,
  body,
  contentType,
});

/** What goes wrong with a call. */
export const FAULTS = {
  /** A page of some proxy, as if all was well, and as a gateway's error. */
  page: rubbish(200, '<html><body>Welcome</body></html>', 'text/html'),
  badGateway: rubbish(502, '<html><body>Bad gateway</body></html>', 'text/html'),
  /** Well-formed, and not what was asked for. */
  emptyJson: rubbish(200, '{}', 'application/x-amz-json-1.1'),
  reset: { kind: 'reset' },
  internal: error('InternalServerError', 'An error occurred on the server side.', 500),
  stsDown: error('InternalFailure', 'The request processing has failed', 500),
  s3Down: error('ServiceUnavailable', 'Please reduce your request rate.', 503),
  throttled: error('ThrottlingException', 'Rate exceeded', 400),
} as const satisfies Record<string, Fault>;

export const json = (value: unknown): Fault =>
  rubbish(200, JSON.stringify(value), 'application/x-amz-json-1.1');
