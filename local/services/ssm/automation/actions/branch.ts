import { z } from 'zod';
import { AwsError } from '../../../../core/operation.ts';
import { textOf } from '../references.ts';
import { isRecord } from '../select.ts';
import { type Action, parsed } from './action.ts';

const Inputs = z.strictObject({
  Choices: z.array(z.record(z.string(), z.unknown())).min(1),
  Default: z.string().optional(),
  isEnd: z.boolean().optional(),
});

export const branch: Action = {
  timeoutSeconds: 3600,
  async run(context, inputs) {
    const { Choices, Default } = parsed(Inputs, inputs, context);
    for (const { NextStep, ...rule } of Choices)
      if (holds(rule)) return { next: typeof NextStep === 'string' ? NextStep : null };
    return { next: Default ?? null };
  },
};

type Compare = (value: unknown, with_: unknown) => boolean;
const texts =
  (compare: (a: string, b: string) => boolean): Compare =>
  (a, b) =>
    compare(textOf(a), textOf(b));
const numbers =
  (compare: (a: number, b: number) => boolean): Compare =>
  (a, b) =>
    compare(Number(a), Number(b));

/** User Guide, "aws:branch", operators. */
const OPERATORS: Readonly<Record<string, Compare>> = {
  StringEquals: texts((a, b) => a === b),
  EqualsIgnoreCase: texts((a, b) => a.toLowerCase() === b.toLowerCase()),
  StartsWith: texts((a, b) => a.startsWith(b)),
  EndsWith: texts((a, b) => a.endsWith(b)),
  Contains: texts((a, b) => a.includes(b)),
  NumericEquals: numbers((a, b) => a === b),
  NumericGreater: numbers((a, b) => a > b),
  NumericLesser: numbers((a, b) => a < b),
  NumericGreaterOrEquals: numbers((a, b) => a >= b),
  NumericLesserOrEquals: numbers((a, b) => a <= b),
  BooleanEquals: texts((a, b) => a === b),
};

function holds(rule: Readonly<Record<string, unknown>>): boolean {
  const { Variable, And, Or, Not, ...rest } = rule;
  if (Array.isArray(And)) return And.filter(isRecord).every(holds);
  if (Array.isArray(Or)) return Or.filter(isRecord).some(holds);
  if (isRecord(Not)) return !holds(Not);
  const [[name, value] = ['', undefined]] = Object.entries(rest);
  const compare = OPERATORS[name];
  if (!compare)
    throw new AwsError('ValidationException', `The embedded AWS does not implement ${name}`);
  return compare(Variable, value);
}
