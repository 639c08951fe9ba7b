/**
 * Event patterns, as far as they are implemented: nested fields with lists of exact values (EventBridge User
 * Guide, "Creating event patterns"). Every comparison operator ({"prefix": …}, $or) is refused by name.
 */
export type Pattern = { readonly [field: string]: Pattern | readonly Exact[] };
type Exact = string | number | boolean | null;

/** What cannot be matched in a pattern, each with its path. */
export function patternProblems(pattern: unknown, path = ''): string[] {
  if (Array.isArray(pattern))
    return pattern.flatMap((value: unknown) =>
      isExact(value) ? [] : [`${path}: ${JSON.stringify(value)} is not implemented`],
    );
  if (!isRecord(pattern)) return [`${path || 'the pattern'}: wants an object, or a list of values`];
  return Object.entries(pattern).flatMap(([field, value]) =>
    field.startsWith('$')
      ? [`${path ? `${path}.` : ''}${field}: not implemented`]
      : patternProblems(value, path ? `${path}.${field}` : field),
  );
}

/** All fields of the pattern must match; a list matches when one of its values does. */
export function matches(pattern: Pattern, event: unknown): boolean {
  if (!isRecord(event)) return false;
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = event[field];
    if (!isList(wanted)) return matches(wanted, value);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.some((each) => wanted.some((one) => one === each));
  });
}

const isList = (value: Pattern | readonly Exact[]): value is readonly Exact[] =>
  Array.isArray(value);

const isExact = (value: unknown): value is Exact =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

export const isPattern = (value: unknown): value is Pattern => patternProblems(value).length === 0;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
