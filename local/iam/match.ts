import type { Context } from './context.ts';

/** A stretch of a policy text: what a variable was replaced by is literal, even if it holds `*` or `?`. */
interface Part {
  readonly text: string;
  readonly literal: boolean;
}

const VARIABLE = /\$\{([^}]*)\}/g;
/** `${*}`, `${?}` and `${$}` stand for the characters themselves. */
const ESCAPES = new Set(['*', '?', '$']);

/**
 * Replaces policy variables (`${aws:PrincipalAccount}`, with default `${aws:username, 'none'}`).
 * Undefined when a variable has no value: the element that holds it then matches nothing.
 */
export function expand(pattern: string, context: Context): readonly Part[] | undefined {
  if (!pattern.includes('${')) return [{ text: pattern, literal: false }];
  const parts: Part[] = [];
  let end = 0;
  for (const match of pattern.matchAll(VARIABLE)) {
    const value = valueOf(match[1] ?? '', context);
    if (value === undefined) return undefined;
    parts.push({ text: pattern.slice(end, match.index), literal: false });
    parts.push({ text: value, literal: true });
    end = match.index + match[0].length;
  }
  parts.push({ text: pattern.slice(end), literal: false });
  return parts;
}

function valueOf(variable: string, context: Context): string | undefined {
  if (ESCAPES.has(variable)) return variable;
  const [, key = '', fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(variable) ?? [];
  const values = context.get(key.toLowerCase());
  // A key with several values can't be a policy variable (IAM User Guide, "Policy variables").
  return values?.length === 1 ? values[0] : fallback;
}

export const plain = (parts: readonly Part[]): string => parts.map((part) => part.text).join('');

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
const wild = (text: string) =>
  text
    .replace(/[\\^$.+()[\]{}|/]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');

/** Does `value` fit the pattern, in which `*` is any text and `?` any one character? */
export function glob(parts: readonly Part[], value: string, ignoreCase = false): boolean {
  const text = plain(parts);
  if (parts.every((part) => part.literal || !/[*?]/.test(part.text)))
    return ignoreCase ? text.toLowerCase() === value.toLowerCase() : text === value;
  if (text === '*' && parts.length === 1) return true;
  const source = parts.map((part) => (part.literal ? escape(part.text) : wild(part.text))).join('');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(value);
}

/** {@link glob} for each of an ARN's six fields: a `*` in one does not reach into the next, but alone fits all. */
export function globArn(parts: readonly Part[], value: string): boolean {
  const fields = splitArn(parts);
  const values = value.split(':');
  if (fields.length < 6 || values.length < 6) return plain(parts) === '*';
  const rest = values.slice(5).join(':');
  return [...values.slice(0, 5), rest].every((field, i) => glob(fields[i] ?? [], field));
}

function splitArn(parts: readonly Part[]): readonly (readonly Part[])[] {
  const fields: Part[][] = [[]];
  for (const { text, literal } of parts)
    text.split(':').forEach((piece, i) => {
      const last = fields.at(-1);
      if (i === 0 || fields.length === 6) last?.push({ text: i ? `:${piece}` : piece, literal });
      else fields.push([{ text: piece, literal }]);
    });
  return fields;
}
