import { z } from 'zod';
import { isPattern, patternProblems } from '../../events/pattern.ts';
import { transformerProblems } from '../../events/transform.ts';
import { Name, resourceType } from '../resourceType.ts';

const Pattern = z.unknown().transform((value, ctx) => {
  if (isPattern(value)) return value;
  for (const message of patternProblems(value)) ctx.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const Transformer = z
  .strictObject({
    InputPathsMap: z.record(z.string(), z.string()).default({}),
    InputTemplate: z.string(),
  })
  .superRefine((transformer, ctx) => {
    for (const message of transformerProblems(transformer))
      ctx.addIssue({ code: 'custom', message });
  });

const Target = z.strictObject({
  Id: z.string().regex(/^[\w.-]{1,64}$/),
  Arn: z
    .string()
    .regex(
      /^arn:aws:(states:[a-z0-9-]+:\d{12}:stateMachine:|sns:[a-z0-9-]+:\d{12}:|events:[a-z0-9-]+:\d{12}:api-destination\/)/,
      { error: 'only state machines, topics and API destinations are targets here' },
    ),
  RoleArn: z.string().exactOptional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).exactOptional(),
  InputTransformer: Transformer.exactOptional(),
  // EventBridge's defaults and limits (API reference, RetryPolicy).
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).default(86_400),
      MaximumRetryAttempts: z.int().min(0).max(185).default(185),
    })
    .default({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }),
});

export const eventsRule = resourceType({
  type: 'AWS::Events::Rule',
  properties: z.strictObject({
    Name,
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    EventPattern: Pattern,
    Targets: z.array(Target).min(1).max(5),
  }),
  inert: ['Description'],
  plan({ Name: name, State, EventPattern, Targets }, { account, region }) {
    const arn = `arn:aws:events:${region}:${account}:rule/${name}`;
    return {
      ref: name,
      arn,
      attributes: { Arn: arn },
      async create(target) {
        await target.putRule({
          arn,
          account,
          region,
          name,
          enabled: State === 'ENABLED',
          pattern: EventPattern,
          targets: Targets.map(
            ({ Id, Arn, RoleArn, DeadLetterConfig, InputTransformer, RetryPolicy }) => ({
              id: Id,
              arn: Arn,
              ...(RoleArn !== undefined && { roleArn: RoleArn }),
              ...(DeadLetterConfig && { deadLetterArn: DeadLetterConfig.Arn }),
              ...(InputTransformer && { transformer: InputTransformer }),
              attempts: RetryPolicy.MaximumRetryAttempts,
              maximumAgeSeconds: RetryPolicy.MaximumEventAgeInSeconds,
            }),
          ),
        });
      },
    };
  },
});
