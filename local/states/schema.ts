import * as z from 'zod';
import { expressionIn } from './expression.ts';

/**
 * The part of the Amazon States Language that is implemented. Every object is strict: a field that is not here is a
 * problem with its name, so nothing in a definition is ever ignored.
 */
const template = z.json();
const expression = z.string().refine((text) => expressionIn(text) !== undefined, {
  error: 'expected a JSONata expression, {% … %}',
});
const stateName = z.string().min(1).max(80);
const assign = z.record(
  z
    .string()
    .max(80)
    .refine((name) => name !== 'states', { error: '"states" is a reserved variable name' }),
  template,
);
/** Seconds: 1 to 99,999,999 (Amazon States Language, Task). */
const seconds = z.int().min(1).max(99_999_999);

const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONata').optional() };
const transition = { Next: stateName.optional(), End: z.literal(true).optional() };
const data = { Assign: assign.optional(), Output: template.optional() };

const errorEquals = z.array(z.string().min(1)).min(1);
const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: errorEquals,
  IntervalSeconds: seconds.default(1),
  BackoffRate: z.number().min(1).default(2),
  MaxAttempts: z.int().min(0).max(99_999_999).default(3),
  MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});
const catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: errorEquals,
  Next: stateName,
  ...data,
});
const handlers = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

const task = z.strictObject({
  Type: z.literal('Task'),
  ...common,
  ...transition,
  ...data,
  ...handlers,
  Resource: z.string(),
  Arguments: template,
  TimeoutSeconds: z.union([seconds, expression]).optional(),
  HeartbeatSeconds: z.union([seconds, expression]).optional(),
});
const pass = z.strictObject({ Type: z.literal('Pass'), ...common, ...transition, ...data });
const choice = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  ...data,
  Choices: z
    .array(
      z.strictObject({
        Comment: z.string().optional(),
        Condition: z.union([z.boolean(), expression]),
        Next: stateName,
        ...data,
      }),
    )
    .min(1),
  Default: stateName.optional(),
});
const wait = z.strictObject({
  Type: z.literal('Wait'),
  ...common,
  ...transition,
  ...data,
  Seconds: z.union([z.int().min(0).max(99_999_999), expression]).optional(),
  Timestamp: z.string().optional(),
});
const succeed = z.strictObject({
  Type: z.literal('Succeed'),
  ...common,
  Output: template.optional(),
});
const fail = z.strictObject({
  Type: z.literal('Fail'),
  ...common,
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

const s3 = (action: string) => {
  const resource = new RegExp(`^arn:aws[a-z-]*:states:::s3:${action}$`);
  return z.string().regex(resource, { error: `expected arn:<partition>:states:::s3:${action}` });
};
const map = z.strictObject({
  Type: z.literal('Map'),
  ...common,
  ...transition,
  ...data,
  ...handlers,
  ItemProcessor: z.strictObject({
    Comment: z.string().optional(),
    QueryLanguage: z.literal('JSONata').optional(),
    ProcessorConfig: z.strictObject({
      Mode: z.literal('DISTRIBUTED'),
      ExecutionType: z.literal('STANDARD'),
    }),
    StartAt: stateName,
    get States() {
      return states;
    },
  }),
  Items: z.union([z.array(template), expression]).optional(),
  ItemReader: z
    .strictObject({
      Resource: s3('getObject'),
      ReaderConfig: z.strictObject({ InputType: z.enum(['JSON', 'JSONL']) }),
      Arguments: z.strictObject({ Bucket: z.string(), Key: z.string() }),
    })
    .optional(),
  ItemSelector: z.union([z.record(z.string(), template), expression]).optional(),
  MaxConcurrency: z.union([z.int().min(0), expression]).optional(),
  ToleratedFailurePercentage: z.union([z.number().min(0).max(100), expression]).optional(),
  ToleratedFailureCount: z.union([z.int().min(0), expression]).optional(),
  // "can't exceed 40 characters" and may not contain these (developer guide, Distributed Map, Label).
  Label: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[^\s?*<>{}[\]:;,\\|^~$#%&`"/]+$/)
    .optional(),
  ResultWriter: z
    .strictObject({
      Resource: s3('putObject'),
      Arguments: z.strictObject({ Bucket: z.string(), Prefix: z.string() }),
      WriterConfig: z
        .strictObject({
          Transformation: z.enum(['NONE', 'COMPACT', 'FLATTEN']),
          OutputType: z.enum(['JSON', 'JSONL']),
        })
        .optional(),
    })
    .optional(),
});

const state = z.discriminatedUnion('Type', [task, pass, choice, wait, succeed, fail, map]);
const states: z.ZodType<Record<string, StateSource>> = z.record(
  stateName,
  z.lazy(() => state),
);

export const machineSchema = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.enum(['JSONata', 'JSONPath']).optional(),
  StartAt: stateName,
  States: states,
  TimeoutSeconds: seconds.optional(),
});

export type TaskSource = z.infer<typeof task>;
export type PassSource = z.infer<typeof pass>;
export type ChoiceSource = z.infer<typeof choice>;
export type WaitSource = z.infer<typeof wait>;
export type SucceedSource = z.infer<typeof succeed>;
export type FailSource = z.infer<typeof fail>;
export type MapSource = Omit<z.infer<typeof map>, 'ItemProcessor'> & {
  ItemProcessor: {
    StartAt: string;
    States: Record<string, StateSource>;
    QueryLanguage?: 'JSONata' | undefined;
  };
};
export type RetrierSource = z.infer<typeof retrier>;
export type CatcherSource = z.infer<typeof catcher>;
export type MachineSource = z.infer<typeof machineSchema>;
export type StateSource =
  TaskSource | PassSource | ChoiceSource | WaitSource | SucceedSource | FailSource | MapSource;
