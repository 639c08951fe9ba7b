import type { Agenda } from './agenda.ts';
import { type Behaviour, effectiveTimeout, type Job } from './job.ts';
import type { Node } from './node.ts';
import { type Captured, type Ended, failureText, KILLED } from './outcome.ts';
import { REPLY_LIMIT } from './output.ts';

/** Resolves to undefined when the node never answers. */
export function runVirtual(
  agenda: Agenda,
  behaviour: Behaviour,
  request: { node: Node; job: Job; attempt: number },
  signal: AbortSignal,
): Promise<Ended | undefined> {
  const outcome = behaviour(request.node, request.job, request.attempt);
  const { delayMs = 0, exitCode = 0, stdout = '', stderr = '' } = outcome;
  const timeoutMs = effectiveTimeout(request.job.timeoutSeconds) * 1000;
  const finished = (): Ended => ({
    by: 'exit',
    exitCode,
    stdout: captured(stdout),
    stderr: captured(stderr + failureText('exit', exitCode)),
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

const killed = (by: 'timeout' | 'cancel'): Ended => ({
  by,
  exitCode: KILLED,
  stdout: NOTHING,
  stderr: NOTHING,
});

const NOTHING: Captured = { head: Buffer.alloc(0), size: 0 };

function captured(text: string): Captured {
  if (text === '') return NOTHING;
  const bytes = Buffer.from(text);
  return { head: bytes.subarray(0, REPLY_LIMIT), size: bytes.length };
}
