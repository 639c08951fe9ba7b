/** Checks of a request, with the texts of the service's own validation. */
import { AwsError } from '../../core/operation.ts';

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

const constraint = (value: unknown, field: string, rule: string): AwsError =>
  invalid(
    `1 validation error detected: Value '${String(value)}' at '${field}' failed to satisfy constraint: ${rule}`,
  );

/** Refuses by name every parameter that is not in `known`, rather than ignoring what it asks for. */
export function onlyKnown(operation: string, input: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !known.includes(name))
      throw invalid(`The embedded AWS does not implement parameter ${name} of ssm:${operation}`);
}

export function required(field: string, value: string | undefined): string {
  if (value === undefined) throw constraint('null', field, 'Member must not be null');
  return value;
}

export function lengthWithin(
  field: string,
  value: string | readonly unknown[] | undefined,
  [least, most]: readonly [number, number],
): void {
  if (value === undefined) return;
  if (value.length > most)
    throw constraint(value, field, `Member must have length less than or equal to ${most}`);
  if (value.length < least)
    throw constraint(value, field, `Member must have length greater than or equal to ${least}`);
}

export function numberWithin(
  field: string,
  value: number | undefined,
  [least, most]: readonly [number, number],
): void {
  if (value === undefined) return;
  if (!Number.isInteger(value)) throw constraint(value, field, 'Member must be an integer');
  if (value > most)
    throw constraint(value, field, `Member must have value less than or equal to ${most}`);
  if (value < least)
    throw constraint(value, field, `Member must have value greater than or equal to ${least}`);
}

export function matching(field: string, value: string | undefined, pattern: RegExp): void {
  if (value !== undefined && !pattern.test(value))
    throw constraint(
      value,
      field,
      `Member must satisfy regular expression pattern: ${pattern.source}`,
    );
}

export function oneOf(field: string, value: string, values: readonly string[]): void {
  if (!values.includes(value))
    throw constraint(value, field, `Member must satisfy enum value set: [${values.join(', ')}]`);
}

/** Source: service model, InstanceId and CommandId. */
export const NODE_ID = /^(i-(\w{8}|\w{17})|mi-\w{17})$/;

export function commandIdOf(value: string | undefined): string {
  const id = required('commandId', value);
  lengthWithin('commandId', id, [36, 36]);
  return id;
}

export function nodeIdOf(value: string | undefined): string {
  const id = required('instanceId', value);
  matching('instanceId', id, NODE_ID);
  return id;
}
