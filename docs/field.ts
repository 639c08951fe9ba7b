/** What the documents read of a JSON Schema. */
import * as z from 'zod';

export interface Field {
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly type?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly anyOf?: readonly Field[] | undefined;
  readonly properties?: Readonly<Record<string, Field>> | undefined;
  readonly additionalProperties?: Field | boolean | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Field | undefined;
  readonly oneOf?: readonly Field[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly pattern?: string | undefined;
  readonly format?: string | undefined;
}

export const Field: z.ZodType<Field> = z.lazy(() =>
  z.object({
    description: z.string().optional(),
    default: z.unknown().optional(),
    type: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    anyOf: z.array(Field).optional(),
    properties: z.record(z.string(), Field).optional(),
    additionalProperties: z.union([Field, z.boolean()]).optional(),
    required: z.array(z.string()).optional(),
    items: Field.optional(),
    oneOf: z.array(Field).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
  }),
);
