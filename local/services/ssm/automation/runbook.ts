/**
 * The content of an Automation runbook (schema 0.3) as the embedded AWS knows it. What is not known here is refused
 * by name when the runbook is made. Source: User Guide, "Systems Manager Automation actions reference", "Properties
 * shared by all actions".
 */
import { z } from 'zod';
import { AwsError } from '../../../core/operation.ts';

const TYPES = ['String', 'StringList', 'Integer', 'Boolean', 'StringMap', 'MapList'] as const;
export type ValueType = (typeof TYPES)[number];

/** `AWS::EC2::Instance::Id` and its like are texts with a picker in the console. */
const Type = z.string().transform((type, ctx): ValueType => {
  if (/^List<AWS::[\w:]+>$/.test(type)) return 'StringList';
  if (/^AWS::[\w:]+$/.test(type)) return 'String';
  const known = TYPES.find((each) => each === type);
  if (known) return known;
  ctx.addIssue({ code: 'custom', message: `the embedded AWS does not implement type ${type}` });
  return z.NEVER;
});

const Parameter = z.strictObject({
  type: Type,
  description: z.string().default(''),
  default: z.unknown().optional(),
  allowedValues: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  allowedPattern: z.string().optional(),
  minChars: z.int().optional(),
  maxChars: z.int().optional(),
  minItems: z.int().optional(),
  maxItems: z.int().optional(),
  displayType: z.string().optional(),
});
export type Parameter = z.output<typeof Parameter>;

const Step = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_]{3,128}$/),
  description: z.string().optional(),
  action: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z
    .array(z.strictObject({ Name: z.string(), Selector: z.string(), Type: Type.default('String') }))
    .default([]),
  onFailure: z
    .string()
    .regex(/^(Abort|Continue|step:\w+)$/)
    .default('Abort'),
  onCancel: z.literal('Abort').optional(),
  isCritical: z.boolean().default(true),
  isEnd: z.boolean().default(false),
  nextStep: z.string().optional(),
  timeoutSeconds: z.number().optional(),
  maxAttempts: z.int().min(1).default(1),
});
export type Step = z.output<typeof Step>;

const Content = z.strictObject({
  schemaVersion: z.literal('0.3'),
  description: z.string().default(''),
  assumeRole: z.string().default(''),
  parameters: z.record(z.string(), Parameter).default({}),
  mainSteps: z.array(Step).min(1),
  outputs: z.array(z.string()).default([]),
});

export interface Runbook extends z.output<typeof Content> {
  readonly name: string;
  readonly content: string;
}

const bad = (name: string, problem: string) =>
  new AwsError('InvalidDocumentContent', `Document ${name}: ${problem}`);

export function makeRunbook(name: string, given: unknown, actions: ReadonlySet<string>): Runbook {
  const content = typeof given === 'string' ? given : JSON.stringify(given);
  const parsed = Content.safeParse(json(name, content));
  if (!parsed.success) throw bad(name, z.prettifyError(parsed.error));
  const { mainSteps } = parsed.data;
  const names = new Set(mainSteps.map((step) => step.name));
  for (const step of mainSteps) {
    if (!actions.has(step.action))
      throw bad(name, `step ${step.name}: the embedded AWS does not implement ${step.action}`);
    const next = [step.nextStep, /^step:(.*)$/.exec(step.onFailure)?.[1]];
    const missing = next.find((each) => each !== undefined && !names.has(each));
    if (missing !== undefined)
      throw bad(name, `step ${step.name} goes on with ${missing}, which is no step`);
  }
  return { name, content, ...parsed.data };
}

function json(name: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw bad(name, `the embedded AWS reads JSON alone (${String(error)})`);
  }
}
