/** What functions print goes into their log groups, as far as their roles may write there. */
import type { Clock } from './core/clock.ts';
import { type Authorize, AwsError, type Call } from './core/operation.ts';
import type { IamStore } from './iam/store.ts';
import type { SandboxDeps } from './lambda/sandbox.ts';
import { arnOf } from './services/logs/deps.ts';
import type { LogStore } from './services/logs/store.ts';

export interface FunctionLogsDeps {
  readonly clock: Clock;
  readonly iam: Pick<IamStore, 'callerOf'>;
  readonly authorize: Authorize;
  readonly newId: () => string;
  readonly store: LogStore;
}

/** A line that may not be written is lost; the function runs on (Lambda Operator Guide, "Access to CloudWatch Logs"). */
export const functionLogs =
  ({ clock, iam, authorize, newId, store }: FunctionLogsDeps): SandboxDeps['log'] =>
  (spec, credentials, stream, line) => {
    const ask = (operation: 'CreateLogStream' | 'PutLogEvents') => {
      const call: Call = {
        service: 'logs',
        operation,
        region: spec.region,
        caller: iam.callerOf(credentials),
        secure: true,
        requestId: newId(),
      };
      authorize(call, {
        action: `logs:${operation}`,
        resource: arnOf(spec, spec.logGroup, stream),
      });
    };
    try {
      if (!store.group(spec, spec.logGroup)?.streams.has(stream)) ask('CreateLogStream');
      ask('PutLogEvents');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      store.refused.push(`${error.name}: ${error.message}`);
      return;
    }
    store.print(spec, spec.logGroup, stream, line, clock.now());
  };
