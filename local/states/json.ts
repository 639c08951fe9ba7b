/** A JSON value. Treated as immutable everywhere: states share values, never copies of them. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** A value with its text: what crosses from state to state, is measured against limits and shown in a history. */
export interface Payload {
  readonly value: Json;
  readonly text: string;
}

export const payload = (value: Json): Payload => ({ value, text: JSON.stringify(value) });

export function parseJson(text: string): Json {
  // JSON.parse is typed `any`, but yields nothing but JSON.
  const value: Json = JSON.parse(text);
  return value;
}

export const parsePayload = (text: string): Payload => ({ value: parseJson(text), text });

/** What a client gets when it sends `value` as JSON: `undefined` and functions fall away as JSON.stringify says. */
export const throughJson = (value: unknown): Json => parseJson(JSON.stringify(value) ?? 'null');

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isJsonArray = (value: Json): value is readonly Json[] => Array.isArray(value);

/** JSON Schema's name for the type of a value, as AWS's causes use it. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

export const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');

/** How dates stand in JSON: ISO 8601, milliseconds, UTC. */
export const isoDate = (time: number): string => new Date(time).toISOString();
