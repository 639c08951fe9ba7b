/** What texts of an action may hold, and which of them are looked at for secrets. */
import * as z from 'zod';
import { wrong } from '../problems.ts';

/** SSM replaces `{{ … }}` in a document's parameters (DescribeDocument: Parameter Store references). */
export const INTERPOLATION = /\{\{/;
export const NUL = wrong('holds a NUL', 'Remove it');
/** Half of a surrogate pair: no text in UTF-8 has one. */
export const SURROGATE = wrong('is no Unicode text', 'Remove the lone surrogate');

/** Data that arrives byte for byte. */
export const Datum = z
  .string()
  .refine((value) => !value.includes('\0'), NUL)
  .refine((value) => value.isWellFormed(), SURROGATE);

/** A text that a person wrote into the request, where it stands and, for a value with a name, the name. */
export type Literal = readonly [path: readonly (string | number)[], value: string, name?: string];
