/** What aws:waitForAwsResourceProperty and aws:assertAwsResourceProperty look at. */
import { z } from 'zod';
import { textOf } from '../references.ts';
import { select } from '../select.ts';
import { type Context, parsed } from './action.ts';

const Inputs = z
  .object({
    Service: z.string(),
    Api: z.string(),
    PropertySelector: z.string(),
    DesiredValues: z.array(z.unknown()).min(1),
  })
  .loose();

export interface Look {
  readonly desired: boolean;
  /** For a person. */
  readonly found: string;
}

export async function look(
  context: Context,
  inputs: Readonly<Record<string, unknown>>,
): Promise<Look> {
  const { Service, Api, PropertySelector, DesiredValues, ...rest } = parsed(
    Inputs,
    inputs,
    context,
  );
  const answer = await context.api(Service, Api, rest);
  const value = select(answer, PropertySelector);
  const desired = new Set(DesiredValues.map(textOf));
  const values: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return {
    desired: values.length > 0 && values.every((each) => desired.has(textOf(each))),
    found: values.length > 0 ? values.map(textOf).join() : 'nothing',
  };
}
