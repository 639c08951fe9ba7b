import { AwsError } from '../../../../core/operation.ts';
import type { Action } from './action.ts';
import { look } from './property.ts';

export const assertProperty: Action = {
  timeoutSeconds: 3600,
  async run(context, inputs) {
    const { desired, found } = await look(context, inputs);
    if (!desired)
      throw new AwsError(
        'ValidationException',
        `Property value from the API output is not in the desired values: found ${found}`,
      );
    return {};
  },
};
