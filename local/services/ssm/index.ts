/** Systems Manager, as far as Run Command and Automation go. */
import type { Clock } from '../../core/clock.ts';
import type { Authorize, Operation, Service } from '../../core/operation.ts';
import type { Fleet } from '../../fleet/index.ts';
import { automationOperations, type Reach, Runbooks, Runs } from './automation/index.ts';
import { cancelCommand } from './cancelCommand.ts';
import type { SsmDeps } from './deps.ts';
import { describeDocument } from './describeDocument.ts';
import { describeInstanceInformation } from './describeInstanceInformation.ts';
import { Documents } from './documents.ts';
import { Engine } from './engine.ts';
import { getCommandInvocation } from './getCommandInvocation.ts';
import { getDocument } from './getDocument.ts';
import { listCommandInvocations } from './listCommandInvocations.ts';
import { listCommands } from './listCommands.ts';
import { sendCommand } from './sendCommand.ts';
import { Store } from './store.ts';
import { throttle } from './throttle.ts';

export interface SsmOptions {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly authorize: Authorize;
  /** A new uuid: ids of commands. */
  readonly newId: () => string;
  /** How runbooks reach the rest of AWS; default: not at all. */
  readonly reach?: Reach;
  readonly limits?: {
    /** Of all operations together, for each account and Region; default: no limit. */
    readonly callsPerSecond?: number;
  };
}

/** One entry an operation; `guarded` stands before each. */
const operationsOf = (
  deps: SsmDeps & { readonly reach: Reach; readonly runbooks: Runbooks; readonly runs: Runs },
  guarded: <I, O>(operation: Operation<I, O>) => Operation<I, O>,
) => ({
  SendCommand: guarded(sendCommand(deps)),
  ListCommands: guarded(listCommands(deps)),
  ListCommandInvocations: guarded(listCommandInvocations(deps)),
  GetCommandInvocation: guarded(getCommandInvocation(deps)),
  CancelCommand: guarded(cancelCommand(deps)),
  DescribeInstanceInformation: guarded(describeInstanceInformation(deps)),
  GetDocument: guarded(getDocument(deps)),
  DescribeDocument: guarded(describeDocument(deps)),
  ...automationOperations(deps),
});

export interface Ssm extends Service {
  readonly operations: ReturnType<typeof operationsOf>;
  /** Where documents of accounts come from: there is no CreateDocument. */
  readonly documents: Documents;
  readonly runbooks: Runbooks;
  /** Forgets what is still to come: timers of commands that are not over. */
  close(): void;
}

export function createSsm(options: SsmOptions): Ssm {
  const engine = new Engine(options);
  const documents = new Documents();
  const runbooks = new Runbooks();
  const runs = new Runs();
  const deps = {
    reach: NOWHERE,
    ...options,
    engine,
    documents,
    store: new Store(),
    runbooks,
    runs,
  };
  const { callsPerSecond } = options.limits ?? {};
  const admit = callsPerSecond === undefined ? undefined : throttle(options.clock, callsPerSecond);
  const guarded =
    <I, O>(operation: Operation<I, O>): Operation<I, O> =>
    async (call, input) => {
      admit?.(call);
      return operation(call, input);
    };
  return {
    id: 'ssm',
    operations: operationsOf(deps, guarded),
    documents,
    runbooks,
    close() {
      engine.close();
      for (const run of runs.open()) run.stop.abort(new Error('closed'));
    },
  };
}

const nowhere = (): never => {
  throw new Error('this Systems Manager reaches no other service');
};
const NOWHERE: Reach = { assume: nowhere, call: nowhere };
