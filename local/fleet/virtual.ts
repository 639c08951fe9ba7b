import type { Agenda } from './agenda.ts';
import { type Behaviour, effectiveTimeout, type Job } from './job.ts';
import type { Node } from './node.ts';
import { type Ended, failureText, KILLED } from './outcome.ts';
import { captured, NOTHING } from './output.ts';

/** Resolves to undefined when the node never answers. */
export function runVirtual(
  agenda: Agenda,
  behaviour: Behaviour,
  request: { node: Node; job: Job; attempt: number },
  signal: AbortSignal,
): Promise<Ended | undefined> {
  const outcome = behaviour(request.node, request.job, request.attempt);
  const { delayMs = 0, exitCode = 0, stdout = '', stderr = '' } = outcome;
  const timeoutMs = longest(request.job) * 1000;
  const finished = (): Ended => ({
    by: 'exit',
    exitCode,
    stdout: captured(stdout),
    stderr: captured(
      Buffer.concat([Buffer.from(stderr), Buffer.from(failureText('exit', exitCode))]),
    ),
  });
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(killed('cancel'));
    // Also a silent node can be cut off: an abort must always end the wait.
    const cancelTimer = outcome.neverAnswers
      ? () => undefined
      : agenda.after(Math.min(delayMs, timeoutMs), () => {
          signal.removeEventListener('abort', onAbort);
          resolve(delayMs > timeoutMs ? killed('timeout') : finished());
        });
    const onAbort = () => {
      cancelTimer();
      resolve(outcome.neverAnswers ? undefined : killed('cancel'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** A virtual node does all steps in one. */
const longest = ({ steps }: Job): number =>
  Math.max(
    ...steps.map(({ work }) =>
      effectiveTimeout('timeoutSeconds' in work ? work.timeoutSeconds : 0),
    ),
  );

const killed = (by: 'timeout' | 'cancel'): Ended => ({
  by,
  exitCode: KILLED,
  stdout: NOTHING,
  stderr: NOTHING,
});
