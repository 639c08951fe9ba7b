/** restJson1, as far as services here speak it: labels in the path, the query, and one JSON object. */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../core/operation.ts';
import { badInput, unknownMember } from './errors.ts';
import { checkJson, readJson, writeJson } from './json.ts';
import type { WireReply, WireRequest } from './request.ts';
import type { OperationSchema, Schemas } from './schemas.ts';
import { isRecord, membersOf } from './xml.ts';

export type Labels = Readonly<Record<string, string>>;

export interface RestJsonRoute {
  readonly schema: OperationSchema;
  readonly labels: Labels;
}

/** The operation whose method and path fit, e.g. `PUT /schedules/{Name}`. */
export function routeRestJson(
  { operations }: Schemas,
  { method, path }: WireRequest,
): RestJsonRoute | undefined {
  const parts = path.split('/').map(decodeURIComponent);
  for (const schema of operations.values()) {
    const [verb, uri = ''] = schema.http ?? [];
    const pattern = uri.split('/');
    if (verb !== method || pattern.length !== parts.length) continue;
    const labels: Record<string, string> = {};
    const fits = pattern.every((part, i) => {
      const label = /^\{(\w+)\}$/.exec(part)?.[1];
      if (label !== undefined) labels[label] = parts[i] ?? '';
      return label !== undefined || part === parts[i];
    });
    if (fits) return { schema, labels };
  }
  return undefined;
}

export function decodeRestJson(
  schema: OperationSchema,
  { query, body }: WireRequest,
  labels: Labels,
): unknown {
  const members: Record<string, unknown> = { ...bodyOf(body), ...labels };
  const known = new Map(
    membersOf(schema.input).flatMap(([name, member]) => {
      const { httpQuery } = member.getMergedTraits();
      return httpQuery === undefined ? [] : [[httpQuery, [name, member] as const] as const];
    }),
  );
  for (const [key, text] of query) {
    const found = known.get(key);
    if (!found) throw unknownMember(schema.name, `?${key}`);
    const [name, member] = found;
    members[name] = scalarOf(member, text, key);
  }
  const data: unknown = members;
  checkJson(schema.input, data, '', schema.name);
  return readJson(schema.input, data);
}

function scalarOf(member: NormalizedSchema, text: string, key: string): unknown {
  if (!member.isNumericSchema()) return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw badInput(key, 'a number');
}

function bodyOf(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isRecord(value)) return value;
  } catch {
    // Named below.
  }
  throw badInput('The body', 'a JSON object');
}

const JSON_TYPE = { 'content-type': 'application/json' };

export const encodeRestJson = (schema: OperationSchema, output: unknown): WireReply => ({
  status: schema.http?.[2] ?? 200,
  headers: JSON_TYPE,
  body: schema.output.isUnitSchema() ? '{}' : writeJson(schema.output, output ?? {}),
});

export const encodeRestJsonError = (error: AwsError, schemas: Schemas): WireReply => ({
  status: error.status,
  headers: { ...JSON_TYPE, 'x-amzn-errortype': error.name },
  body: JSON.stringify({ [schemas.messageKey(error.name)]: error.message }),
});
