import { AwsError } from '../../../../core/operation.ts';
import { select } from '../select.ts';
import type { Action, Context } from './action.ts';

export const executeAwsApi: Action = {
  timeoutSeconds: 3600,
  async run(context, inputs) {
    const { Service, Api, ...rest } = inputs;
    const answer = await context.api(nameIn(Service), nameIn(Api), rest);
    return { outputs: outputsOf(context, answer) };
  },
};

export const nameIn = (value: unknown): string => {
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('ValidationException', 'Service and Api have to be names');
};

/** A selector that finds nothing fails the step, rather than making up a value. */
export function outputsOf({ step }: Context, answer: unknown): Record<string, unknown> {
  return Object.fromEntries(
    step.outputs.map(({ Name, Selector, Type }) => {
      const value = select(answer, Selector);
      if (value === undefined)
        throw new AwsError(
          'ValidationException',
          `Output ${Name}: ${Selector} finds nothing in the answer`,
        );
      const list = Array.isArray(value);
      if (list !== (Type === 'StringList' || Type === 'MapList'))
        throw new AwsError('ValidationException', `Output ${Name} is no ${Type}`);
      return [Name, value];
    }),
  );
}
