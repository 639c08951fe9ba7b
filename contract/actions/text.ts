/** What texts of an action may hold. */
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
