import { AwsError } from '../core/operation.ts';
import type { WireRequest } from './request.ts';
import type { Target } from './rest.ts';
import { type OperationSchema, requiredMembers, type Schemas } from './schemas.ts';

/** `bucket.s3.eu-west-1.amazonaws.com`, and `bucket.localhost` for clients that build bucket hosts. */
const VIRTUAL_HOST = /^(?<bucket>.+?)\.(?:s3[.-](?:[\w-]+\.)*amazonaws\.com(?:\.cn)?|localhost)$/;

/** Bucket and key, from the path or from the host. */
export function s3Target({ path, headers }: WireRequest): Target {
  const host = (headers['host'] ?? '').split(':')[0] ?? '';
  const inHost = VIRTUAL_HOST.exec(host)?.groups?.['bucket'];
  const parts = path.slice(1).split('/');
  const bucket = inHost ?? (parts[0] || undefined);
  const rest = inHost === undefined ? parts.slice(1) : parts;
  return { bucket: decode(bucket), key: decode(rest.join('/') || undefined) };
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${text}`, 400);
  }
}

type Level = 'service' | 'bucket' | 'object';

interface Candidate {
  readonly schema: OperationSchema;
  readonly method: string;
  readonly level: Level;
  /** Query parameters with their value, e.g. `list-type=2` or `uploads=`. */
  readonly fixed: readonly (readonly [string, string])[];
  readonly query: readonly string[];
  readonly headers: readonly string[];
}

const candidates = new WeakMap<Schemas, readonly Candidate[]>();

function candidatesOf(schemas: Schemas): readonly Candidate[] {
  const known = candidates.get(schemas);
  if (known) return known;
  const all = [...schemas.operations.values()].flatMap(candidateOf);
  candidates.set(schemas, all);
  return all;
}

function candidateOf(schema: OperationSchema): readonly Candidate[] {
  const [method = '', uri = ''] = schema.http ?? [];
  const [path, query] = uri.split('?');
  if ((path !== '/' && path !== '/{Key+}') || !schema.input.isStructSchema()) return [];
  const members = schema.input.getMemberSchemas();
  const needed = requiredMembers(schema.input).map((name) => members[name]?.getMergedTraits());
  return [
    {
      schema,
      method,
      level: path === '/{Key+}' ? 'object' : members['Bucket'] ? 'bucket' : 'service',
      fixed: [...new URLSearchParams(query)].filter(([key]) => key !== 'x-id'),
      query: needed.flatMap((traits) => traits?.httpQuery ?? []),
      headers: needed.flatMap((traits) => traits?.httpHeader?.toLowerCase() ?? []),
    },
  ];
}

/**
 * S3's operations differ by method, level, query and headers. Of those whose needs the request meets,
 * the one that needs most is meant: PUT with partNumber and uploadId is UploadPart, not PutObject.
 * `x-id`, which only the SDKs send, settles what is left.
 */
export function routeS3(
  schemas: Schemas,
  { method, query, headers }: WireRequest,
  target: Target,
  implemented: (name: string) => boolean,
): OperationSchema {
  const level: Level = target.key ? 'object' : target.bucket ? 'bucket' : 'service';
  const id = query.get('x-id');
  const [best] = candidatesOf(schemas)
    .filter(
      (each) =>
        each.method === method &&
        each.level === level &&
        each.fixed.every(([key, value]) => query.get(key) === value) &&
        each.query.every((key) => query.has(key)) &&
        each.headers.every((key) => headers[key] !== undefined),
    )
    .map(({ schema, fixed, query: asked, headers: sent }) => ({
      schema,
      score:
        (fixed.length + asked.length + sent.length) * 4 +
        (schema.name === id ? 2 : 0) +
        (implemented(schema.name) ? 1 : 0),
    }))
    .toSorted((a, b) => b.score - a.score);
  if (best) return best.schema;
  throw new AwsError(
    'MethodNotAllowed',
    `The embedded AWS knows no S3 operation for ${method} on ${level} level`,
    405,
  );
}
