import type { Expressions, Query } from './expression.ts';
import { expressionIn } from './expression.ts';
import { EvaluationFailure } from './failure.ts';
import { isJsonArray, isJsonObject, type Json, typeName } from './json.ts';

/** Compiles the values of one state; problems are collected with their paths instead of thrown. */
export interface Compiler {
  readonly expressions: Expressions;
  /** `field` is the path inside the state. */
  readonly problem: (field: string, message: string) => void;
}

/** A value in which every string of the form `{% … %}` is evaluated, however deep it lies. */
export function compileTemplate(compiler: Compiler, value: Json, field: string): Query {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    return source === undefined ? literal(value) : compileExpression(compiler, source, field);
  }
  if (isJsonArray(value)) {
    if (!hasExpression(value)) return literal(value);
    const items = value.map((item, i) => compileTemplate(compiler, item, `${field}[${i}]`));
    return async (scope) => {
      const result: Json[] = [];
      for (const item of items) result.push(await item(scope));
      return result;
    };
  }
  if (!isJsonObject(value) || !hasExpression(value)) return literal(value);
  const fields = Object.entries(value).map(([key, item]): [string, Query] => [
    key,
    compileTemplate(compiler, item, `${field}/${key}`),
  ]);
  return async (scope) => {
    const result: Record<string, Json> = {};
    for (const [key, item] of fields) result[key] = await item(scope);
    return result;
  };
}

/** As {@link compileTemplate}, but the result has to be of one type. */
export function compileTyped<T extends Json>(
  compiler: Compiler,
  value: Json,
  field: string,
  expected: string,
  is: (value: Json) => value is T,
): (scope: Parameters<Query>[0]) => Promise<T> {
  const query = compileTemplate(compiler, value, field);
  const source = typeof value === 'string' ? expressionIn(value) : undefined;
  return async (scope) => {
    const result = await query(scope);
    if (is(result)) return result;
    throw new EvaluationFailure(
      field,
      `The JSONata expression '${source ?? JSON.stringify(value)}' specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${typeName(result)}' for value: ${JSON.stringify(result)}`,
    );
  };
}

export const isString = (value: Json): value is string => typeof value === 'string';
export const isNumber = (value: Json): value is number => typeof value === 'number';
export const isBoolean = (value: Json): value is boolean => typeof value === 'boolean';

function compileExpression(compiler: Compiler, source: string, field: string): Query {
  try {
    return compiler.expressions.compile(source, field);
  } catch (error) {
    compiler.problem(field, error instanceof Error ? error.message : String(error));
    return literal(null);
  }
}

const literal =
  (value: Json): Query =>
  async () =>
    value;

function hasExpression(value: Json): boolean {
  if (typeof value === 'string') return expressionIn(value) !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasExpression);
}
