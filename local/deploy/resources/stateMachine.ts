import * as z from 'zod';
import { Name, resourceType } from '../resourceType.ts';

export const stateMachine = resourceType({
  type: 'AWS::StepFunctions::StateMachine',
  properties: z.strictObject({
    StateMachineName: Name,
    StateMachineType: z.literal('STANDARD').default('STANDARD'),
    RoleArn: z.string(),
    DefinitionString: z.string(),
  }),
  plan({ StateMachineName: name, RoleArn, DefinitionString }, { account, region }) {
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    return {
      ref: arn,
      arn,
      attributes: { Arn: arn, Name: name },
      async create(target) {
        await target.putStateMachine({
          arn,
          account,
          region,
          name,
          roleArn: RoleArn,
          definition: DefinitionString,
        });
      },
    };
  },
});
