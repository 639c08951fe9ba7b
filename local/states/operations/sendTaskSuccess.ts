import type { SendTaskSuccessInput, SendTaskSuccessOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { byteLength } from '../json.ts';
import { allowedToAnswer } from './answerTask.ts';
import { type Context, invalid, only, required } from './shared.ts';

/** Bytes (API reference, SendTaskSuccess). */
const OUTPUT_LIMIT = 262_144;

export const sendTaskSuccess =
  (context: Context): Operation<SendTaskSuccessInput, SendTaskSuccessOutput> =>
  async (call, input) => {
    only(input, ['taskToken', 'output']);
    const token = allowedToAnswer(context, call, input.taskToken);
    const output = required('output', input.output);
    if (byteLength(output) > OUTPUT_LIMIT)
      throw invalid(
        `1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less than or equal to ${OUTPUT_LIMIT}`,
      );
    context.engine.tokens.succeed(token, output);
    return {};
  };
