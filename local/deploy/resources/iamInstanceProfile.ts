import * as z from 'zod';
import { Name, Path, resourceType } from '../resourceType.ts';

export const iamInstanceProfile = resourceType({
  type: 'AWS::IAM::InstanceProfile',
  properties: z.strictObject({
    InstanceProfileName: Name,
    Path,
    // A list in the template, but IAM takes one role alone.
    Roles: z.tuple([z.string()]),
  }),
  plan({ InstanceProfileName: name, Path: path, Roles: [role] }, { account, roleArn }) {
    const arn = `arn:aws:iam::${account}:instance-profile${path}${name}`;
    const of = roleArn(role);
    return {
      ref: name,
      arn,
      attributes: { Arn: arn },
      async create(target) {
        await target.putInstanceProfile({ arn, account, name, path, roleArn: of });
      },
    };
  },
});
