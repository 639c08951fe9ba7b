/** How runbooks reach the rest of the embedded AWS: real operations where there are, else the recorder. */
import type { Caller, Service, ServiceId } from './core/operation.ts';
import type { IamStore } from './iam/store.ts';
import type { Recorder } from './services/recorded/recorder.ts';
import type { Reach } from './services/ssm/automation/index.ts';

export interface ReachDeps {
  readonly iam: IamStore;
  readonly services: readonly Service[];
  readonly recorder: Recorder;
  readonly invokeInternal: (
    caller: Caller,
    service: ServiceId,
    operation: string,
    region: string,
    input: unknown,
  ) => Promise<unknown>;
}

/** Where boto3's name of a service is another than the SDK's. */
const BOTO3: Readonly<Record<string, string>> = { stepfunctions: 'states' };

/** Answers that are streams are none that a selector can look into. */
const SELECTABLE = (operation: string) => operation !== 'GetObject';

export const createReach = ({ iam, services, recorder, invokeInternal }: ReachDeps): Reach => ({
  assume: (roleArn, session, context) =>
    iam.callerOf(
      iam.sessionForService(roleArn, 'ssm.amazonaws.com', session.slice(0, 64), { context }),
    ),
  async call({ caller, region, service, api, inputs }) {
    const id = BOTO3[service] ?? service;
    const found = services.find((each) => each.id === id);
    if (found && Object.hasOwn(found.operations, api) && SELECTABLE(api)) {
      const answer = await invokeInternal(caller, found.id, api, region, inputs);
      return { answer, simulated: false };
    }
    const answer = recorder.call({ caller, region, service, api, inputs });
    return { answer, simulated: true };
  },
});
