import type { SendTaskFailureInput, SendTaskFailureOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { allowedToAnswer } from './answerTask.ts';
import { type Context, only } from './shared.ts';

export const sendTaskFailure =
  (context: Context): Operation<SendTaskFailureInput, SendTaskFailureOutput> =>
  async (call, input) => {
    only(input, ['taskToken', 'error', 'cause']);
    const token = allowedToAnswer(context, call, input.taskToken);
    context.engine.tokens.fail(token, input.error, input.cause);
    return {};
  };
