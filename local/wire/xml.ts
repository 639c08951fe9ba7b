import { XmlCodec } from '@aws-sdk/core/protocols';
import type { StaticStructureSchema } from '@smithy/types';
import { NormalizedSchema } from '@smithy/core/schema';
import type { OperationSchema } from './schemas.ts';

const DATE_TIME = 5;

export const SETTINGS = {
  timestampFormat: { useTrait: true, default: DATE_TIME },
  serviceNamespace: '',
} as const;

const STRUCT = 3;
const STRING = 0;

const Metadata: StaticStructureSchema = [STRUCT, '', 'Metadata', 0, ['RequestId'], [STRING]];

export const escapeXml = (text: string): string =>
  text.replace(/[<>&"'\r\n]/g, (char) => `&#${char.charCodeAt(0)};`);

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Members of a structure whose place is the XML body. */
export function membersOf(schema: NormalizedSchema): readonly [string, NormalizedSchema][] {
  return schema.isUnitSchema() ? [] : [...schema.structIterator()];
}

/** A structure of some members of another, under a name of its own. */
export function structOf(
  name: string,
  members: readonly [string, NormalizedSchema][],
): StaticStructureSchema {
  return [
    STRUCT,
    '',
    name,
    0,
    members.map(([key]) => key),
    members.map(([, member]) => member.ref),
  ];
}

export function writeXml(schema: StaticStructureSchema, value: unknown, namespace: string): string {
  const writer = new XmlCodec({
    ...SETTINGS,
    httpBindings: false,
    xmlNamespace: namespace,
  }).createSerializer();
  writer.write(schema, value);
  return HEADER + String(writer.flush());
}

type Envelope = (schema: OperationSchema) => StaticStructureSchema;

/** The SDK caches what it derives from a schema on the schema: each envelope is built once. */
function once(build: Envelope): Envelope {
  const built = new WeakMap<OperationSchema, StaticStructureSchema>();
  return (schema) => {
    const envelope = built.get(schema) ?? build(schema);
    built.set(schema, envelope);
    return envelope;
  };
}

const queryEnvelope = once(({ name, output }) => [
  STRUCT,
  '',
  `${name}Response`,
  0,
  [`${name}Result`, 'ResponseMetadata'],
  [structOf(`${name}Result`, membersOf(output)), Metadata],
]);

const ec2Envelope = once(({ name, output }) => {
  const [, , , , names, refs] = structOf('', membersOf(output));
  return [STRUCT, '', `${name}Response`, 0, ['requestId', ...names], [STRING, ...refs]];
});

/** `<FooResponse><FooResult>…</FooResult><ResponseMetadata>…</ResponseMetadata></FooResponse>`. */
export const queryResponse = (
  schema: OperationSchema,
  value: unknown,
  RequestId: string,
  namespace: string,
): string =>
  writeXml(
    queryEnvelope(schema),
    { [`${schema.name}Result`]: value ?? {}, ResponseMetadata: { RequestId } },
    namespace,
  );

/** `<FooResponse><requestId>…</requestId>…</FooResponse>`. */
export const ec2Response = (
  schema: OperationSchema,
  value: unknown,
  requestId: string,
  namespace: string,
): string => writeXml(ec2Envelope(schema), { ...(isRecord(value) && value), requestId }, namespace);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
