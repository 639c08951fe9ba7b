/** What runbooks asked of services that are not here; the world may say what those would have answered. */
import { AwsError, type Authorize, type Caller } from '../../core/operation.ts';
import { RECORDED, type RecordedApi } from './apis.ts';

export interface RecordedCall {
  readonly service: string;
  readonly api: string;
  readonly account: string;
  readonly region: string;
  /** ARN. */
  readonly caller: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What the service would say: made up by whoever sets up the world. */
export type Answer = (call: RecordedCall) => unknown;

export interface RecordedQuestion {
  readonly caller: Caller;
  readonly region: string;
  readonly service: string;
  readonly api: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export class Recorder {
  /** In their order. Refused calls are not in it. */
  readonly calls: RecordedCall[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #authorize: Authorize;
  readonly #newId: () => string;

  constructor(deps: { readonly authorize: Authorize; readonly newId: () => string }) {
    this.#authorize = deps.authorize;
    this.#newId = deps.newId;
  }

  /** `rds:DescribeDBInstances` answers this from now on, in every account. */
  answer(name: string, answer: Answer): void {
    const [service = '', api = ''] = name.split(':');
    if (!find(service, api)) throw new Error(`${name} is not recorded`);
    this.#answers.set(name, answer);
  }

  call({ caller, region, service, api, inputs }: RecordedQuestion): unknown {
    const recorded = find(service, api);
    if (!recorded)
      throw new AwsError(
        'UnknownOperationException',
        `The embedded AWS does not record ${service}:${api} (local/SUPPORT.md)`,
      );
    const place = { account: caller.account, region };
    const requestId = this.#newId();
    this.#authorize(
      { service: 'ssm', operation: api, region, caller, secure: true, requestId },
      {
        action: recorded.action,
        resource: recorded.resource(inputs, place),
        resourceAccount: caller.account,
      },
    );
    const call: RecordedCall = { ...place, service, api, caller: caller.arn, inputs };
    this.calls.push(call);
    return this.#answers.get(`${service}:${api}`)?.(call) ?? {};
  }
}

function find(service: string, api: string): RecordedApi | undefined {
  const apis = Object.hasOwn(RECORDED, service) ? RECORDED[service] : undefined;
  return apis && Object.hasOwn(apis, api) ? apis[api] : undefined;
}
