import type { SendTaskHeartbeatInput, SendTaskHeartbeatOutput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../core/operation.ts';
import { allowedToAnswer } from './answerTask.ts';
import { type Context, only } from './shared.ts';

export const sendTaskHeartbeat =
  (context: Context): Operation<SendTaskHeartbeatInput, SendTaskHeartbeatOutput> =>
  async (call, input) => {
    only(input, ['taskToken']);
    context.engine.tokens.beat(allowedToAnswer(context, call, input.taskToken));
    return {};
  };
