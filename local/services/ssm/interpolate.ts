/** `{{ name }}` in a document's content, as the agent fills it in: raw text, whatever it holds. */
import { AwsError } from '../../core/operation.ts';
import type { Parameters } from './documents.ts';

const REFERENCE = /\{\{\s*([\w.-]+)\s*\}\}/g;
const WHOLE = /^\s*\{\{\s*([\w.-]+)\s*\}\}\s*$/;

export const interpolate = (text: string, values: Parameters): string =>
  text.replaceAll(REFERENCE, (reference, name: string) => {
    const value = values[name];
    if (!value) return reference;
    if (value.length > 1)
      throw new AwsError(
        'InvalidParameters',
        `The embedded AWS does not implement the StringList ${reference} inside of a text.`,
      );
    return value[0] ?? '';
  });

/** A line that is a reference and nothing else stands for all lines of its list. */
export const interpolateLines = (lines: readonly string[], values: Parameters): string[] =>
  lines.flatMap((line) => {
    const name = WHOLE.exec(line)?.[1];
    const whole = name === undefined ? undefined : values[name];
    return whole && whole.length !== 1 ? [...whole] : interpolate(line, values);
  });
