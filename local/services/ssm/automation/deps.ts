import type { Caller } from '../../../core/operation.ts';
import type { SsmDeps } from '../deps.ts';
import type { Runbooks } from './runbooks.ts';
import type { Runs } from './store.ts';

/** How a runbook reaches the rest of AWS. */
export interface Reach {
  /** A session of the role for Automation; throws what STS answers. */
  assume(roleArn: string, session: string, context: Readonly<Record<string, string>>): Caller;
  /** Calls an API as somebody: of the services here, or one that is recorded. */
  call(api: ApiCall): Promise<ApiAnswer>;
}

export interface ApiCall {
  readonly caller: Caller;
  readonly region: string;
  /** As runbooks name it: the namespace of boto3. */
  readonly service: string;
  readonly api: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface ApiAnswer {
  readonly answer: unknown;
  /** The call was recorded: nothing has been done. */
  readonly simulated: boolean;
}

export interface AutomationDeps extends Pick<SsmDeps, 'clock' | 'authorize' | 'newId'> {
  readonly reach: Reach;
  readonly runbooks: Runbooks;
  readonly runs: Runs;
}
