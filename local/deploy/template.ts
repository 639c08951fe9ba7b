import * as z from 'zod';
import { problemsOf, TemplateRefused } from './problems.ts';

const Names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

const Resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: Names.default([]),
  Condition: z.string().optional(),
  // What becomes of it when the stack is deleted or changed; neither happens here.
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Metadata: z.unknown().optional(),
});
export type Resource = z.infer<typeof Resource>;

const Parameter = z.strictObject({
  Type: z.enum(['String', 'Number', 'CommaDelimitedList']),
  Default: z.union([z.string(), z.number().transform(String)]).optional(),
  AllowedValues: z.array(z.string()).optional(),
  AllowedPattern: z.string().optional(),
  Description: z.string().optional(),
  NoEcho: z.unknown().optional(),
});
export type Parameter = z.infer<typeof Parameter>;

const Output = z.strictObject({
  Value: z.unknown(),
  Description: z.string().optional(),
  Condition: z.string().optional(),
});

/** The sections of a template that are implemented; strict, so any other is refused by name. */
const Template = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), Parameter).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), Output).default({}),
});
export type Template = z.infer<typeof Template>;

export function parseTemplate(stackName: string, template: unknown): Template {
  const parsed = Template.safeParse(template);
  if (!parsed.success) throw new TemplateRefused(stackName, problemsOf(parsed.error));
  return parsed.data;
}
