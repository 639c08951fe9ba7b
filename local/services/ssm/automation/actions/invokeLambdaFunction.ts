import { z } from 'zod';
import { AwsError } from '../../../../core/operation.ts';
import { isRecord } from '../select.ts';
import { type Action, parsed } from './action.ts';

const Inputs = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string().optional(),
  InvocationType: z.enum(['RequestResponse', 'Event', 'DryRun']).optional(),
  Payload: z.string().optional(),
  InputPayload: z.record(z.string(), z.unknown()).optional(),
});

export const invokeLambdaFunction: Action = {
  timeoutSeconds: 900,
  async run(context, inputs) {
    const { InputPayload, Payload, ...rest } = parsed(Inputs, inputs, context);
    const payload = InputPayload ? JSON.stringify(InputPayload) : Payload;
    const answer = await context.api('lambda', 'Invoke', {
      ...rest,
      ...(payload !== undefined && { Payload: payload }),
    });
    const outputs = isRecord(answer) ? answer : {};
    if (outputs['FunctionError'] !== undefined)
      throw new AwsError('FunctionError', `The function failed: ${String(outputs['Payload'])}`);
    return { outputs };
  },
};
