import * as z from 'zod';
import { Problem } from '../problems.ts';
import { Name, resourceType } from '../resourceType.ts';

export const lambdaFunction = resourceType({
  type: 'AWS::Lambda::Function',
  properties: z.strictObject({
    FunctionName: Name,
    Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
    Handler: z.string(),
    // What runs the functions here: Node 24.
    Runtime: z.literal('nodejs24.x'),
    Role: z.string(),
    // Lambda's defaults and limits.
    Timeout: z.int().min(1).max(900).default(3),
    MemorySize: z.int().min(128).max(10_240).default(128),
    Environment: z
      .strictObject({ Variables: z.record(z.string(), z.string()).default({}) })
      .default({ Variables: {} }),
    LoggingConfig: z.strictObject({ LogGroup: z.string() }).exactOptional(),
  }),
  inert: ['Architectures', 'Description'],
  plan(spec, { account, region, assets }) {
    const { FunctionName: name, Code, LoggingConfig } = spec;
    const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    const directory = assets.get(Code.S3Key);
    if (directory === undefined)
      throw new Problem(`Code.S3Key: the assembly has no unpacked asset ${Code.S3Key}`);
    return {
      ref: name,
      arn,
      attributes: { Arn: arn },
      async create(target) {
        await target.putFunction({
          arn,
          name,
          account,
          region,
          directory,
          roleArn: spec.Role,
          handler: spec.Handler,
          memoryMb: spec.MemorySize,
          timeoutSeconds: spec.Timeout,
          environment: spec.Environment.Variables,
          logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
        });
      },
    };
  },
});
