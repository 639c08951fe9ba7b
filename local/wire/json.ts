import { JsonCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../core/operation.ts';
import { badInput, unknownMember } from './errors.ts';
import type { WireReply } from './request.ts';
import type { OperationSchema, Schemas } from './schemas.ts';
import { isRecord } from './xml.ts';

const EPOCH_SECONDS = 7;
const codec = new JsonCodec({
  timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
  jsonName: false,
});
const reader = codec.createDeserializer();

/** What `checkJson` has found right. */
export const readJson = (schema: NormalizedSchema, data: Json): unknown =>
  reader.readObject(schema, data);

export function writeJson(schema: NormalizedSchema, value: unknown): string | Uint8Array {
  const writer = codec.createSerializer();
  writer.write(schema, value);
  return writer.flush();
}

export type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

/** The body of an awsJson request as the operation's input; refuses members the operation does not have. */
export function decodeJson(schema: OperationSchema, body: Buffer): unknown {
  let data: unknown;
  try {
    data = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw badInput('The body', 'JSON');
  }
  checkJson(schema.input, data, '', schema.name);
  return schema.input.isUnitSchema() ? {} : readJson(schema.input, data);
}

export function encodeJson(schema: OperationSchema, output: unknown, version: string): WireReply {
  return {
    status: 200,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: schema.output.isUnitSchema() ? '{}' : writeJson(schema.output, output ?? {}),
  };
}

export function encodeJsonError(error: AwsError, schemas: Schemas, version: string): WireReply {
  return {
    status: error.status,
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      'x-amzn-errortype': error.name,
    },
    body: JSON.stringify({ __type: error.name, [schemas.messageKey(error.name)]: error.message }),
  };
}

/** The codec drops what it does not know and lets a number pass for text; here both are refused. */
export function checkJson(
  schema: NormalizedSchema,
  value: unknown,
  at: string,
  operation: string,
): asserts value is Json {
  if (value === null) return;
  const name = at || 'The body';
  if (schema.isUnitSchema() || schema.isStructSchema()) {
    if (!isRecord(value)) throw badInput(name, 'an object');
    const members = schema.isUnitSchema() ? {} : schema.getMemberSchemas();
    for (const [key, item] of Object.entries(value)) {
      const member = Object.hasOwn(members, key) ? members[key] : undefined;
      const path = at ? `${at}.${key}` : key;
      if (!member) throw unknownMember(operation, path);
      checkJson(member, item, path, operation);
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw badInput(name, 'a list');
    for (const [i, item] of value.entries())
      checkJson(schema.getValueSchema(), item, `${at}[${i}]`, operation);
  } else if (schema.isMapSchema()) {
    if (!isRecord(value)) throw badInput(name, 'a map');
    for (const [key, item] of Object.entries(value))
      checkJson(schema.getValueSchema(), item, `${at}.${key}`, operation);
  } else {
    const scalar = SCALARS.find(({ is }) => is(schema));
    if (scalar && typeof value !== scalar.type) throw badInput(name, `a ${scalar.type}`);
  }
}

const SCALARS = [
  { type: 'string', is: (schema: NormalizedSchema) => schema.isStringSchema() },
  { type: 'string', is: (schema: NormalizedSchema) => schema.isBlobSchema() },
  { type: 'boolean', is: (schema: NormalizedSchema) => schema.isBooleanSchema() },
  { type: 'number', is: (schema: NormalizedSchema) => schema.isNumericSchema() },
] as const;
