import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import { NormalizedSchema } from '@smithy/core/schema';

/** One operation as the SDK client describes it. */
export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method, path with static query, status of success; the REST protocols only. */
  readonly http: readonly [method: string, path: string, status: number] | undefined;
}

/** What a client's module knows. The schemas are exported but not documented, hence the guards. */
export interface Schemas {
  readonly operations: ReadonlyMap<string, OperationSchema>;
  /** The member that carries an error's text: `Message` for some, `message` for most. */
  readonly messageKey: (error: string) => string;
}

const OPERATION = 9;
const ERROR = -3;

const isOperation = (value: unknown): value is StaticOperationSchema =>
  Array.isArray(value) && value[0] === OPERATION;
const isError = (value: unknown): value is StaticErrorSchema =>
  Array.isArray(value) && value[0] === ERROR;

export async function loadSchemas(load: () => Promise<object>): Promise<Schemas> {
  const operations = new Map<string, OperationSchema>();
  const errors = new Map<string, string>();
  for (const exported of Object.values(await load())) {
    const value: unknown = exported;
    if (isOperation(value)) operations.set(value[2], operationOf(value));
    else if (isError(value))
      errors.set(value[2], value[4].find((key) => key.toLowerCase() === 'message') ?? 'message');
  }
  return { operations, messageKey: (error) => errors.get(error) ?? 'message' };
}

function operationOf([, , name, traits, input, output]: StaticOperationSchema): OperationSchema {
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    http: typeof traits === 'object' ? traits.http : undefined,
  };
}

/** Members without which the client would not send the request; they come first in the schema. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const struct: unknown = schema.getSchema();
  if (!Array.isArray(struct)) return [];
  const [, , , , members, , required] = struct;
  return Array.isArray(members) && typeof required === 'number' ? members.slice(0, required) : [];
}
