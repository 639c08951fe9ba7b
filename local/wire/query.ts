import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../core/operation.ts';
import { badInput, unknownMember } from './errors.ts';
import type { Protocol } from './protocols.ts';
import type { WireReply } from './request.ts';
import type { OperationSchema } from './schemas.ts';
import { ec2Response, escapeXml, membersOf, queryResponse, SETTINGS } from './xml.ts';

const scalars = new FromStringShapeDeserializer({ ...SETTINGS, httpBindings: false });

/** `A.member.1.B=x` as a tree. */
interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

/** Not members of any operation. */
const COMMON = new Set(['Action', 'Version']);

export function decodeQuery(
  schema: OperationSchema,
  form: URLSearchParams,
  protocol: Protocol,
): unknown {
  const root: Node = { children: new Map() };
  for (const [key, value] of form)
    if (!COMMON.has(key) && !key.startsWith('X-Amz-')) insert(root, key.split('.'), value);
  return readStruct(schema.input, root, { ec2: protocol === 'ec2', operation: schema.name }, '');
}

interface Style {
  readonly ec2: boolean;
  readonly operation: string;
}

function insert(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (const key of path) {
    const next = node.children.get(key) ?? { children: new Map() };
    node.children.set(key, next);
    node = next;
  }
  node.value = value;
}

function readStruct(schema: NormalizedSchema, node: Node, style: Style, at: string): unknown {
  const result: Record<string, unknown> = {};
  const unread = new Set(node.children.keys());
  for (const [name, member] of membersOf(schema)) {
    const key = keyOf(name, member, style);
    const child = node.children.get(key);
    unread.delete(key);
    if (child) result[name] = read(member, child, style, at ? `${at}.${key}` : key);
  }
  for (const key of unread) throw unknownMember(style.operation, at ? `${at}.${key}` : key);
  return result;
}

/** EC2 has names of its own, else the XML name, capitalised (as the client's QueryShapeSerializer writes them). */
function keyOf(name: string, member: NormalizedSchema, { ec2 }: Style): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits();
  if (ec2 && typeof ec2QueryName === 'string') return ec2QueryName;
  const key = xmlName ?? name;
  return ec2 ? key.charAt(0).toUpperCase() + key.slice(1) : key;
}

function read(schema: NormalizedSchema, node: Node, style: Style, at: string): unknown {
  if (schema.isStructSchema()) return readStruct(schema, node, style, at);
  if (schema.isListSchema()) return readList(schema, node, style, at);
  if (schema.isMapSchema()) throw unknownMember(style.operation, `${at} (a map)`);
  const [extra] = node.children.keys();
  if (extra !== undefined) throw unknownMember(style.operation, `${at}.${extra}`);
  if (schema.isNumericSchema() && !/^-?\d+(\.\d+)?$/.test(node.value ?? ''))
    throw badInput(at, 'a number');
  return scalars.read(schema, node.value ?? '');
}

function readList(schema: NormalizedSchema, node: Node, style: Style, at: string): unknown {
  const item = schema.getValueSchema();
  const flat = style.ec2 || schema.getMergedTraits().xmlFlattened;
  const suffix = item.getMergedTraits().xmlName ?? 'member';
  const items = flat ? node : node.children.get(suffix);
  // `Tags=` is how an empty list is written.
  if (!items) {
    const [extra] = node.children.keys();
    if (extra !== undefined) throw unknownMember(style.operation, `${at}.${extra}`);
    return [];
  }
  return [...items.children]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([index, child]) => {
      if (!/^\d+$/.test(index)) throw unknownMember(style.operation, `${at}.${index}`);
      return read(item, child, style, `${at}.${index}`);
    });
}

const XML = { 'content-type': 'text/xml' };

export function encodeQuery(
  schema: OperationSchema,
  output: unknown,
  requestId: string,
  { protocol, namespace }: { readonly protocol: Protocol; readonly namespace: string },
): WireReply {
  const write = protocol === 'ec2' ? ec2Response : queryResponse;
  return { status: 200, headers: XML, body: write(schema, output, requestId, namespace) };
}

export function encodeQueryError(error: AwsError, requestId: string, namespace: string): WireReply {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const body = `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${escapeXml(error.name)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status: error.status, headers: XML, body };
}

export function encodeEc2Error(error: AwsError, requestId: string): WireReply {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(error.name)}</Code><Message>${escapeXml(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
  return { status: error.status, headers: XML, body };
}
