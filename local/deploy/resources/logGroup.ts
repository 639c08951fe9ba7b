import * as z from 'zod';
import { Name, resourceType } from '../resourceType.ts';

export const logGroup = resourceType({
  type: 'AWS::Logs::LogGroup',
  properties: z.strictObject({ LogGroupName: Name, RetentionInDays: z.int().exactOptional() }),
  plan({ LogGroupName: name, RetentionInDays: days }, { account, region }) {
    // CloudFormation's Arn ends with `:*`: it stands for the streams (User Guide, AWS::Logs::LogGroup).
    const arn = `arn:aws:logs:${region}:${account}:log-group:${name}:*`;
    return {
      ref: name,
      arn,
      attributes: { Arn: arn },
      async create(target) {
        await target.putLogGroup({
          arn,
          account,
          region,
          name,
          ...(days !== undefined && { retentionDays: days }),
        });
      },
    };
  },
});
