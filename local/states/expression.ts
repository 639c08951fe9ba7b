import jsonata from 'jsonata';
import { EvaluationFailure } from './failure.ts';
import { type FunctionDeps, registerFunctions } from './functions.ts';
import type { Json } from './json.ts';

/** What an expression can see: `$states` and the variables. */
export interface Scope {
  readonly states: Readonly<Record<string, Json>>;
  readonly variables: Readonly<Record<string, Json>>;
}

/** Evaluates to a JSON value, or throws {@link EvaluationFailure} for `field`. */
export type Query = (scope: Scope) => Promise<Json>;

/** Deep enough for any sane recursion; without it a runaway one would take the process with it. */
const STACK_LIMIT = 10_000;

const EXPRESSION = /^\{%([\s\S]*)%\}$/;

/** The JSONata inside `{% … %}`, or undefined: any other string is a literal (Amazon States Language, JSONata). */
export const expressionIn = (text: string): string | undefined =>
  EXPRESSION.exec(text)?.[1]?.trim();

/** Compiles expressions once; the same text in another field shares the compiled form. */
export class Expressions {
  readonly #compiled = new Map<string, jsonata.Expression>();
  readonly #deps: FunctionDeps;

  constructor(deps: FunctionDeps) {
    this.#deps = deps;
  }

  /** Throws an Error that says what is wrong with the expression. */
  compile(source: string, field: string): Query {
    const expression = this.#compiled.get(source) ?? this.#add(source);
    const what = `The JSONata expression '${source}' specified for the field '${field}'`;
    return async (scope) => {
      let result: unknown;
      try {
        // No input: $ and bare field names see nothing, as on AWS.
        result = await expression.evaluate(undefined, { ...scope.variables, states: scope.states });
      } catch (error) {
        throw new EvaluationFailure(
          field,
          `${what} threw an error during evaluation. ${describe(error)}`,
        );
      }
      if (result === undefined)
        throw new EvaluationFailure(field, `${what} returned nothing (undefined).`);
      const value = toJson(result);
      if (value === undefined)
        throw new EvaluationFailure(field, `${what} returned an unsupported result type.`);
      return value;
    };
  }

  #add(source: string): jsonata.Expression {
    let expression: jsonata.Expression;
    try {
      // AWS stops an expression after 1 s. No timeout here: thousands of children may share one turn of the event loop.
      expression = jsonata(source, { stack: STACK_LIMIT });
    } catch (error) {
      throw new Error(`not a JSONata expression: ${describe(error)}`, { cause: error });
    }
    if (mentions(expression.ast(), 'eval')) throw new Error('$eval is not supported');
    registerFunctions(expression, this.#deps);
    this.#compiled.set(source, expression);
    return expression;
  }
}

/** Plain JSON of a result (sequences and other marks of the library fall away), or undefined if it holds a function. */
function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map(toJson);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value)
    return undefined;
  const fields: Record<string, Json> = {};
  for (const [key, field] of Object.entries(value)) {
    const json = toJson(field);
    if (json === undefined) return undefined;
    fields[key] = json;
  }
  return fields;
}

function mentions(node: unknown, variable: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('type' in node && 'value' in node && node.type === 'variable' && node.value === variable)
    return true;
  return Object.values(node).some((child) => mentions(child, variable));
}

/** `T2002: The left side of …`: AWS puts the library's code before its message. */
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const message = 'message' in error ? String(error.message) : JSON.stringify(error);
  return 'code' in error ? `${String(error.code)}: ${message}` : message;
}
