import * as z from 'zod';
import { Name, Path, policy, resourceType } from '../resourceType.ts';

export const iamManagedPolicy = resourceType({
  type: 'AWS::IAM::ManagedPolicy',
  properties: z.strictObject({
    ManagedPolicyName: Name,
    Path,
    PolicyDocument: policy('identity'),
    Roles: z.array(z.string()).default([]),
  }),
  inert: ['Description'],
  plan({ ManagedPolicyName: name, Path: path, PolicyDocument: document, Roles }, place) {
    const arn = `arn:aws:iam::${place.account}:policy${path}${name}`;
    const roles = Roles.map(place.roleArn);
    return {
      ref: arn,
      arn,
      attributes: { PolicyArn: arn },
      async create(target) {
        await target.putManagedPolicy({ arn, account: place.account, name, path, document });
        for (const role of roles) await target.attachManagedPolicy(role, arn);
      },
    };
  },
});
