/** zod's issues → problems with path and remedy, all at once. */
import type * as z from 'zod';
import { type ErrorName, FleetwideError, type Problem } from './errors.ts';

/** Separates what is wrong from what to do in the messages of a schema. */
const REMEDY = ' → ';

/** The text of a schema's `error`: what is wrong and what to do. */
export const wrong = (message: string, remedy: string): string => `${message}${REMEDY}${remedy}`;

/**
 * For a check of a whole object: it is made beside what is wrong with its parts, so that all problems come at once. The
 * parts may then be of any kind.
 */
export const ALL_AT_ONCE = {
  when: ({ value }: { readonly value: unknown }): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
};

export function problemsOf(error: z.ZodError, page = 'docs/request.md'): Problem[] {
  return error.issues.flatMap((issue) => expand(issue, [], page));
}

type Issue = z.core.$ZodIssue;

/** Codes that say of a whole value that it is another kind of thing. */
const SHAPE: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value']);

function expand(issue: Issue, base: readonly PropertyKey[], page: string): Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: format([...path, key]),
      message: 'no such field',
      remedy: `Remove it, or look in ${page} for its name`,
    }));
  if (issue.code === 'invalid_key') return issue.issues.flatMap((each) => expand(each, path, page));
  if (issue.code === 'invalid_union' && !issue.message.includes(REMEDY)) {
    // The branch that comes nearest tells most: of the right shape as a whole, with the fewest problems.
    const misshapen = (errors: readonly Issue[]) =>
      Number(errors.some((e) => e.path.length === 0 && SHAPE.has(e.code)));
    const [nearest = []] = issue.errors.toSorted(
      (a, b) => misshapen(a) - misshapen(b) || a.length - b.length,
    );
    if (nearest.length > 0) return nearest.flatMap((e) => expand(e, path, page));
  }
  const [message = issue.message, remedy] = issue.message.split(REMEDY);
  return [
    {
      path: format(path),
      message: lowerFirst(message),
      remedy: remedy ?? `Give a value of the form that ${page} states`,
    },
  ];
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

function format(path: readonly PropertyKey[]): string {
  return path
    .map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? String(p) : `.${String(p)}`))
    .join('');
}

/** Parses `input` or throws the named error with every problem. `what` names the input. */
export function parseOrThrow<T>(
  schema: z.ZodType<T>,
  input: unknown,
  name: ErrorName,
  what: string,
): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const page = name === 'InvalidConfig' ? 'docs/config.md' : 'docs/request.md';
  const problems = problemsOf(parsed.error, page);
  throw new FleetwideError(name, `${what}: ${problems.length} problem(s)`, problems);
}

/** JSON text → value by schema, or the named error. */
export function parseJson<T>(schema: z.ZodType<T>, text: string, name: ErrorName, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FleetwideError(name, `${what}: not JSON (${String(cause)})`);
  }
  return parseOrThrow(schema, value, name, what);
}
