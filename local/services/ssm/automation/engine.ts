/** Runs the steps of an execution, one after the other, as its role. */
import { sleep } from '../../../core/clock.ts';
import { AwsError, type Caller } from '../../../core/operation.ts';
import { ACTIONS } from './actions/index.ts';
import type { Context, Done } from './actions/action.ts';
import type { AutomationDeps } from './deps.ts';
import type { Run, StepRun } from './execution.ts';
import { textsOf } from './execution.ts';
import { resolve } from './references.ts';
import type { Step } from './runbook.ts';

/** From the start to the first step; AWS gives no number. */
const START_MS = 200;

class Stopped extends Error {}
class TimedOut extends Error {}

export async function execute(deps: AutomationDeps, run: Run): Promise<void> {
  try {
    await sleep(deps.clock, START_MS, run.stop.signal);
    run.status = 'InProgress';
    await followSteps(deps, run);
  } catch (error) {
    if (run.stop.signal.aborted) run.status = 'Cancelled';
    else {
      run.status = 'Failed';
      run.failure = messageOf(error);
    }
  }
  run.endedAt = deps.clock.now();
  run.outputs = outputsOf(run);
}

async function followSteps(deps: AutomationDeps, run: Run): Promise<void> {
  let next: string | null | undefined = run.steps[0]?.step.name;
  let worst: 'Success' | 'Failed' | 'TimedOut' = 'Success';
  while (next) {
    const at: number = run.steps.findIndex(({ step }) => step.name === next);
    const current: StepRun | undefined = run.steps[at];
    if (!current) throw new AwsError('ValidationException', `There is no step ${next}`);
    const done: Done | undefined = await attempts(deps, run, current);
    if (current.status === 'Cancelled') throw new Stopped();
    const { step } = current;
    const following = step.isEnd ? null : (step.nextStep ?? run.steps[at + 1]?.step.name ?? null);
    if (done) {
      next = done.next === undefined ? following : done.next;
      continue;
    }
    const failed = current.status === 'TimedOut' ? 'TimedOut' : 'Failed';
    if (step.isCritical || step.onFailure === 'Abort') {
      worst = failed;
      run.failure ??= `Step ${step.name} failed maximum allowed times. ${current.failure ?? ''}`;
    }
    if (step.onFailure === 'Abort') break;
    next = step.onFailure === 'Continue' ? following : step.onFailure.slice('step:'.length);
  }
  run.status = worst;
}

/** What came of the step; undefined when it failed as often as it may. */
async function attempts(
  deps: AutomationDeps,
  run: Run,
  current: StepRun,
): Promise<Done | undefined> {
  for (let left = current.step.maxAttempts; left > 0; left--) {
    const done = await attempt(deps, run, current);
    if (done || current.status === 'Cancelled') return done;
  }
  return undefined;
}

async function attempt(
  deps: AutomationDeps,
  run: Run,
  current: StepRun,
): Promise<Done | undefined> {
  const { clock } = deps;
  const { step } = current;
  const action = ACTIONS[step.action];
  const time = new AbortController();
  const stop = () => time.abort(new Stopped());
  run.stop.signal.addEventListener('abort', stop, { once: true });
  const timer = clock.after((step.timeoutSeconds ?? action?.timeoutSeconds ?? 0) * 1_000, () =>
    time.abort(new TimedOut()),
  );
  current.status = 'InProgress';
  current.startedAt ??= clock.now();
  delete current.failure;
  try {
    if (!action) throw new AwsError('ValidationException', `There is no action ${step.action}`);
    current.inputs = inputsOf(run, step);
    const done = await action.run(contextFor(deps, run, current, time.signal), current.inputs);
    current.outputs = done.outputs ?? {};
    current.status = 'Success';
    return done;
  } catch (error) {
    current.status =
      error instanceof Stopped ? 'Cancelled' : error instanceof TimedOut ? 'TimedOut' : 'Failed';
    current.failure =
      error instanceof TimedOut ? 'The step did not end within its time' : messageOf(error);
    return undefined;
  } finally {
    timer.cancel();
    run.stop.signal.removeEventListener('abort', stop);
    current.endedAt = clock.now();
    if (run.status === 'Waiting') run.status = 'InProgress';
  }
}

function inputsOf(run: Run, step: Step): Record<string, unknown> {
  const values = valuesOf(run);
  return Object.fromEntries(
    Object.entries(step.inputs).map(([name, value]) => [name, resolve(value, values)]),
  );
}

function valuesOf(run: Run): Map<string, unknown> {
  const values = new Map(run.values);
  values.set('global:REGION', run.region);
  values.set('global:ACCOUNT_ID', run.account);
  values.set('automation:EXECUTION_ID', run.id);
  for (const { step, status, outputs } of run.steps)
    if (status === 'Success')
      for (const [name, value] of Object.entries(outputs))
        values.set(`${step.name}.${name}`, value);
  return values;
}

const contextFor = (
  { clock, reach }: AutomationDeps,
  run: Run,
  current: StepRun,
  signal: AbortSignal,
): Context => ({
  step: current.step,
  clock,
  signal,
  async api(service, api, inputs) {
    signal.throwIfAborted();
    try {
      const caller = actor(reach.assume.bind(reach), run);
      const { answer, simulated } = await reach.call({
        caller,
        region: run.region,
        service,
        api,
        inputs,
      });
      if (simulated) run.simulated.add(`${service}:${api}`);
      return answer;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // As boto3 words it, which is what Automation shows.
      const message = `An error occurred (${error.name}) when calling the ${api} operation: ${error.message}`;
      throw new AwsError(error.name, message, error.status);
    }
  },
  waiting() {
    current.status = 'Waiting';
    run.status = 'Waiting';
  },
});

/** A session for each call, so that a run of days never outlives one. */
function actor(
  assume: AutomationDeps['reach']['assume'],
  { id, account, region, roleArn, caller }: Run,
): Caller {
  if (roleArn === '') return caller;
  return assume(roleArn, `Automation-${id}`, {
    'aws:SourceAccount': account,
    'aws:SourceArn': `arn:aws:ssm:${region}:${account}:automation-execution/${id}`,
  });
}

/** AWS's own words for an output whose step did not succeed. */
const MISSING = 'No output available yet because the step is not successfully executed';

function outputsOf(run: Run): Record<string, string[]> {
  const values = valuesOf(run);
  const outputs = run.runbook.outputs.map((name): [string, string[]] => [
    name,
    values.has(name) ? textsOf(values.get(name)) : [MISSING],
  ]);
  const simulated = [...run.simulated].map(
    (call) => `${call} was recorded by the embedded AWS, and nothing was done`,
  );
  return Object.fromEntries(
    simulated.length > 0 ? [...outputs, ['simulated', simulated]] : outputs,
  );
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
