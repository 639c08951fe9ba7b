/** What becomes of a document's steps. Source: amazon-ssm-agent runpluginutil. */
import type { JobResult, JobStatus, Step, StepResult } from './job.ts';
import type { PlatformType } from './node.ts';
import { combine } from './output.ts';

/** Exit codes by which a step ends its document (User Guide, "Exit codes in commands"). */
const EXIT_SUCCESS = 168;
const EXIT_FAILURE = 169;

type At = Pick<StepResult, 'startedAt' | 'endedAt'>;

/** A skipped step is shown as a success that says so. */
const skipped = (name: string, output: string, now: number): StepResult => ({
  name,
  status: 'Success',
  exitCode: 0,
  stdout: '',
  stderr: '',
  output,
  startedAt: now,
  endedAt: now,
});

/** Why a step does not run on this platform. */
export function unmet(step: Step, platform: PlatformType, now: number): StepResult | undefined {
  const skip = (why: string) =>
    skipped(step.name, `Step execution skipped due to ${why}. Step name: ${step.name}`, now);
  const shellOnWindows = step.work.do === 'shell' && platform === 'Windows';
  if (step.platform === undefined)
    return shellOnWindows ? skip('unsupported plugin: aws:runShellScript') : undefined;
  return step.platform === platform
    ? undefined
    : skip(`unsatisfied preconditions: '"StringEquals": [platformType, ${step.platform}]'`);
}

/** A step behind one that ended the document. */
export const passedOver = ({ name, folder }: Step, now: number): StepResult =>
  skipped(
    name,
    `Plugin with name ${folder.split('/')[0]} and id ${name} skipped due to prior step with an exit condition`,
    now,
  );

/** The result as the agent alters it when it ends the document; undefined when the next step goes on. */
export function ending(step: Step, result: StepResult): StepResult | undefined {
  const saying = (text: string, change: Partial<StepResult>): StepResult => {
    const said = { ...result, stdout: `${result.stdout}\n${text}`, ...change };
    return { ...said, output: combine(said.stdout, said.stderr) };
  };
  const further = 'Further document steps will be skipped.';
  if (result.exitCode === EXIT_SUCCESS)
    return saying(`Step exited with code 168. Therefore, marking step as succeeded. ${further}`, {
      status: 'Success',
      stderr: '',
    });
  if (result.exitCode === EXIT_FAILURE)
    return saying(`Step exited with code 169. Therefore, marking step as Failed. ${further}`, {});
  if (result.status === 'Failed' && step.onFailure)
    return saying(
      `Step was found to have onFailure property. ${further}`,
      step.onFailure === 'successAndExit' ? { status: 'Success', exitCode: EXIT_SUCCESS } : {},
    );
  return result.status === 'Cancelled' ? result : undefined;
}

/** The document's status is the worst of its steps (contracts: Failed, TimedOut, Cancelled, Success). */
const WORST: readonly JobStatus[] = ['Failed', 'TimedOut', 'Cancelled', 'Success'];

export function whole(steps: readonly StepResult[], at: At): JobResult {
  const status = WORST.find((each) => steps.some((s) => s.status === each)) ?? 'Success';
  const decisive = steps.find((s) => s.status === status && s.exitCode !== 0) ?? steps.at(-1);
  return { ...NOTHING, ...decisive, status, steps, ...at };
}

const NOTHING = { exitCode: 0, stdout: '', stderr: '', output: '' } as const;
