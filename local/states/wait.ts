import { sleep } from '../core/clock.ts';
import type { Scope } from './expression.ts';
import { EvaluationFailure } from './failure.ts';
import type { WaitState } from './flow.ts';
import type { Frame, Outcome } from './frame.ts';

/** Seconds (developer guide, Wait). */
const LONGEST = 99_999_999;
const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

export async function performWait(frame: Frame, state: WaitState): Promise<Outcome> {
  const scope = frame.scope();
  const ms = await delay(state, scope, frame.engine.clock.now());
  if (ms > 0) await sleep(frame.engine.clock, ms, frame.signal);
  return frame.conclude(state, scope, frame.input.value, state.next);
}

async function delay({ until }: WaitState, scope: Scope, now: number): Promise<number> {
  if ('seconds' in until) {
    const seconds = await until.seconds(scope);
    if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST) return seconds * 1000;
    throw new EvaluationFailure(
      'Seconds',
      `The Seconds field must be an integer between 0 and ${LONGEST} but was: ${seconds}`,
    );
  }
  const text = await until.timestamp(scope);
  const time = ISO_8601.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time - now;
  throw new EvaluationFailure(
    'Timestamp',
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
  );
}
