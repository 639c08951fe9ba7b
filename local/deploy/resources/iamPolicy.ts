import * as z from 'zod';
import { Name, policy, resourceType } from '../resourceType.ts';

/** An inline policy of roles; of users and groups it is refused, there are none in a template here. */
export const iamPolicy = resourceType({
  type: 'AWS::IAM::Policy',
  properties: z.strictObject({
    PolicyName: Name,
    PolicyDocument: policy('identity'),
    Roles: z.array(z.string()).min(1),
  }),
  plan({ PolicyName, PolicyDocument, Roles }, { roleArn }) {
    const arns = Roles.map(roleArn);
    return {
      ref: PolicyName,
      arn: PolicyName,
      attributes: {},
      async create(target) {
        for (const arn of arns) await target.putInlinePolicy(arn, PolicyName, PolicyDocument);
      },
    };
  },
});
