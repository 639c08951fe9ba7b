import * as z from 'zod';
import { Name, Path, policy, resourceType } from '../resourceType.ts';

export const iamRole = resourceType({
  type: 'AWS::IAM::Role',
  properties: z.strictObject({
    RoleName: Name,
    Path,
    AssumeRolePolicyDocument: policy('trust'),
    MaxSessionDuration: z.int().default(3_600),
    ManagedPolicyArns: z.array(z.string()).default([]),
    Policies: z
      .array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policy('identity') }))
      .default([]),
  }),
  inert: ['Description'],
  plan(role, { account }) {
    const arn = `arn:aws:iam::${account}:role${role.Path}${role.RoleName}`;
    return {
      ref: role.RoleName,
      arn,
      attributes: { Arn: arn },
      async create(target) {
        await target.putRole({
          arn,
          account,
          name: role.RoleName,
          path: role.Path,
          trust: role.AssumeRolePolicyDocument,
          maxSessionSeconds: role.MaxSessionDuration,
        });
        for (const { PolicyName, PolicyDocument } of role.Policies)
          await target.putInlinePolicy(arn, PolicyName, PolicyDocument);
        for (const managed of role.ManagedPolicyArns)
          await target.attachManagedPolicy(arn, managed);
      },
    };
  },
});
