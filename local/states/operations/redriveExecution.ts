import type { RedriveExecutionInput, RedriveExecutionOutput } from '@aws-sdk/client-sfn';
import { AwsError, type Operation } from '../../core/operation.ts';
import { redrive, redriveStatus } from '../redrive.ts';
import { allowed, type Context, date, findExecution, only, required } from './shared.ts';

/** The same clientToken answers the same within this time (API reference, RedriveExecution). */
const TOKEN_KEPT_MS = 15 * 60 * 1000;

export const redriveExecution =
  (context: Context): Operation<RedriveExecutionInput, RedriveExecutionOutput> =>
  async (call, input) => {
    only(input, ['executionArn', 'clientToken']);
    const arn = required('executionArn', input.executionArn);
    allowed(context, call, 'execution', arn);
    const execution = findExecution(context, arn);
    const { engine } = context;
    const now = engine.clock.now();
    const earlier = execution.redriveTokens.get(input.clientToken ?? '');
    if (earlier !== undefined && now - earlier <= TOKEN_KEPT_MS)
      return { redriveDate: date(earlier) };
    const { status, reason } = redriveStatus(engine, execution);
    if (status !== 'REDRIVABLE')
      throw new AwsError(
        'ExecutionNotRedrivable',
        reason ?? 'A child execution can be redriven by its Map Run only',
      );
    if (input.clientToken !== undefined) execution.redriveTokens.set(input.clientToken, now);
    redrive(engine, execution);
    return { redriveDate: date(now) };
  };
