import { Problem } from './problems.ts';
import type { Parameter } from './template.ts';

type Given = Readonly<Record<string, string>>;

/** The parameters' values: what was given, or the default. Throws what is missing, unknown or not allowed. */
export function parameterValues(
  declared: Readonly<Record<string, Parameter>>,
  given: Given,
): ReadonlyMap<string, unknown> {
  for (const name of Object.keys(given))
    if (!(name in declared)) throw new Problem(`Parameters.${name}: the template has no such one`);
  return new Map(
    Object.entries(declared).map(([name, parameter]) => [name, valueOf(name, parameter, given)]),
  );
}

function valueOf(name: string, parameter: Parameter, given: Given): unknown {
  const value = given[name] ?? parameter.Default;
  if (value === undefined) throw new Problem(`Parameters.${name}: has no value and no default`);
  const { AllowedValues, AllowedPattern, Type } = parameter;
  const allowed =
    (AllowedValues?.includes(value) ?? true) &&
    (AllowedPattern === undefined || new RegExp(`^(?:${AllowedPattern})$`).test(value));
  if (!allowed) throw new Problem(`Parameters.${name}: ${value} is not allowed`);
  return Type === 'CommaDelimitedList' ? value.split(',').map((each) => each.trim()) : value;
}
