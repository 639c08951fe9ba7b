import { XmlCodec } from '@aws-sdk/core/protocols';
import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../core/operation.ts';
import { algorithmOf, verifyChecksum, verifyMd5 } from './checksums.ts';
import { badInput, DetailedError, unknownMember } from './errors.ts';
import type { WireReply, WireRequest } from './request.ts';
import type { OperationSchema } from './schemas.ts';
import { escapeXml, isRecord, membersOf, SETTINGS, structOf, writeXml } from './xml.ts';

const settings = { ...SETTINGS, httpBindings: true };
const fromText = new FromStringShapeDeserializer(settings);
const toText = new ToStringShapeSerializer(settings);
const xml = new XmlCodec({ ...settings, xmlNamespace: '' }).createDeserializer();

/** Bucket and key of the request, decoded. */
export interface Target {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** Headers of signing, transport and tracing; no operation's input. */
const TRANSPORT =
  /^x-amz-(?:date|content-sha256|security-token|user-agent|decoded-content-length|trailer|sdk-.*|checksum-.*|te)$/;
const QUERY_SIGNING = /^x-amz-|^x-id$/i;

export function decodeRest(schema: OperationSchema, request: WireRequest, target: Target): unknown {
  const input: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [name, member] of membersOf(schema.input)) {
    const { place, value } = locate(name, member, request, target);
    if (place) known.add(place);
    if (value !== undefined) input[name] = value;
  }
  verifyBody(request, known);
  refuseUnknown(schema, request, known);
  return input;
}

interface Located {
  /** `query name` or `header name`, lower case. */
  readonly place?: string;
  readonly value: unknown;
}

function locate(
  name: string,
  member: NormalizedSchema,
  request: WireRequest,
  target: Target,
): Located {
  const { httpLabel, httpQuery, httpHeader, httpPrefixHeaders, httpPayload } =
    member.getMergedTraits();
  if (httpLabel) return { value: name === 'Bucket' ? target.bucket : target.key };
  if (httpQuery !== undefined) {
    const text = request.query.get(httpQuery);
    return { place: `query ${httpQuery}`, value: scalar(member, text ?? undefined, httpQuery) };
  }
  if (httpHeader !== undefined) {
    const header = httpHeader.toLowerCase();
    const text = request.headers[header];
    return { place: `header ${header}`, value: scalar(member, text, header) };
  }
  if (httpPrefixHeaders !== undefined) return { value: prefixed(httpPrefixHeaders, request) };
  if (httpPayload) return { value: payload(member, request.body) };
  return { value: undefined };
}

function scalar(member: NormalizedSchema, text: string | undefined, name: string): unknown {
  if (text === undefined) return undefined;
  if (member.isNumericSchema() && !/^\d+$/.test(text)) throw badInput(name, 'a number');
  return fromText.read(member, text);
}

function prefixed(prefix: string, { headers }: WireRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

function payload(member: NormalizedSchema, body: Buffer): unknown {
  if (!member.isStructSchema()) return body;
  if (body.length === 0) return undefined;
  try {
    return xml.read(member, body);
  } catch {
    throw badInput('The body', 'XML');
  }
}

/** Checksums that are no member of the operation are about the body as sent (DeleteObjects needs one). */
function verifyBody({ headers, body }: WireRequest, known: Set<string>): void {
  if (!known.has('header content-md5')) verifyMd5(headers['content-md5'], body);
  for (const [name, value] of Object.entries(headers)) {
    const [, algorithm] = /^x-amz-checksum-(.+)$/.exec(name) ?? [];
    if (algorithm !== undefined && !known.has(`header ${name}`))
      verifyChecksum(algorithmOf(algorithm.toUpperCase()), value, body);
  }
}

function refuseUnknown(schema: OperationSchema, request: WireRequest, known: Set<string>): void {
  const fixed = new URLSearchParams(schema.http?.[1].split('?')[1]);
  for (const name of request.query.keys())
    if (!known.has(`query ${name}`) && !fixed.has(name) && !QUERY_SIGNING.test(name))
      throw unknownMember(schema.name, `?${name}`);
  const metadata = membersOf(schema.input).some(
    ([, member]) => member.getMergedTraits().httpPrefixHeaders,
  );
  for (const name of Object.keys(request.headers))
    if (
      name.startsWith('x-amz-') &&
      !known.has(`header ${name}`) &&
      !TRANSPORT.test(name) &&
      !(metadata && name.startsWith('x-amz-meta-'))
    )
      throw unknownMember(schema.name, name);
}

/** Its one member stands for the whole document (Smithy trait aws.customizations#s3UnwrappedXmlOutput). */
const UNWRAPPED = new Set(['GetBucketLocation']);

export function encodeRest(schema: OperationSchema, output: unknown, namespace: string): WireReply {
  const value = isRecord(output) ? output : {};
  const headers: Record<string, string> = {};
  const inBody: [string, NormalizedSchema][] = [];
  let body: Uint8Array | string | undefined;
  for (const [name, member] of membersOf(schema.output)) {
    const traits = member.getMergedTraits();
    const item = value[name];
    if (traits.httpHeader !== undefined) {
      if (item !== undefined) headers[traits.httpHeader.toLowerCase()] = asText(member, item);
    } else if (traits.httpPrefixHeaders !== undefined) {
      for (const [key, text] of Object.entries(isRecord(item) ? item : {}))
        headers[traits.httpPrefixHeaders + key] = String(text);
    } else if (!traits.httpPayload) inBody.push([name, member]);
    else if (item instanceof Uint8Array) body = item;
    else if (item !== undefined) body = documentOf(member, item, namespace);
  }
  if (inBody.length > 0) body = wholeBody(schema, inBody, value, namespace);
  if (typeof body === 'string') headers['content-type'] = 'application/xml';
  return { status: statusOf(schema, value), headers, body: body ?? '' };
}

const asText = (member: NormalizedSchema, item: unknown): string => {
  toText.write(member, item);
  return toText.flush();
};

const documentOf = (member: NormalizedSchema, item: unknown, namespace: string): string => {
  const name = member.getMergedTraits().xmlName ?? member.getName() ?? '';
  return writeXml(structOf(name, membersOf(member)), item, namespace);
};

function wholeBody(
  schema: OperationSchema,
  members: readonly [string, NormalizedSchema][],
  value: Record<string, unknown>,
  namespace: string,
): string {
  const name = schema.output.getMergedTraits().xmlName ?? schema.output.getName() ?? schema.name;
  if (!UNWRAPPED.has(schema.name)) return writeXml(structOf(name, members), value, namespace);
  const [only] = members;
  const text = only && value[only[0]];
  const content = typeof text === 'string' ? escapeXml(text) : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${namespace}">${content}</${name}>`;
}

/** A part of an object is 206; the model says 200 for GetObject in any case. */
const statusOf = (schema: OperationSchema, value: Record<string, unknown>): number =>
  value['ContentRange'] === undefined ? (schema.http?.[2] ?? 200) : 206;

export function encodeRestError(
  error: AwsError,
  requestId: string,
  { method, path }: WireRequest,
): WireReply {
  const detailed = error instanceof DetailedError ? error : undefined;
  const fields = { ...detailed?.fields, Resource: path, RequestId: requestId };
  const elements = Object.entries(fields).map(
    ([key, text]) => `<${key}>${escapeXml(text)}</${key}>`,
  );
  const xmlBody = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.name)}</Code><Message>${escapeXml(error.message)}</Message>${elements.join('')}</Error>`;
  return {
    status: error.status,
    headers: { ...detailed?.headers, 'content-type': 'application/xml' },
    body: method === 'HEAD' || error.status === 304 ? undefined : xmlBody,
  };
}
