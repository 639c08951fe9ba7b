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
  }),
);
