import { createHash, createHmac } from 'node:crypto';
import type { WireRequest } from './request.ts';

export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export interface Signed {
  readonly accessKeyId: string;
  /** `20261121`. */
  readonly date: string;
  readonly region: string;
  /** Of the credential scope: decides which service is meant. */
  readonly service: string;
  readonly headers: readonly string[];
  readonly signature: string;
  /** `20261121T091500Z`. */
  readonly time: string;
  readonly token: string | undefined;
  /** Signed in the query string; valid for so many seconds. */
  readonly presigned: { readonly seconds: number } | undefined;
}

/** Source: IAM User Guide, "Create a signed AWS API request". */
export function stringToSign(request: WireRequest, signed: Signed, payloadHash: string): string {
  const canonical = [
    request.method,
    canonicalPath(request.path, signed.service),
    canonicalQuery(request.query),
    ...signed.headers.map(
      (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`,
    ),
    '',
    signed.headers.join(';'),
    payloadHash,
  ].join('\n');
  return ['AWS4-HMAC-SHA256', signed.time, scopeOf(signed), sha256(canonical)].join('\n');
}

export const scopeOf = ({ date, region, service }: Signed): string =>
  `${date}/${region}/${service}/aws4_request`;

const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data);

/** Signing keys by secret and scope: deriving one costs four times what using it does. */
const keys = new Map<string, Buffer>();
const MAX_KEYS = 10_000;

function signingKey(secret: string, signed: Signed): Buffer {
  const scope = scopeOf(signed);
  const name = `${secret} ${scope}`;
  const known = keys.get(name);
  if (known) return known;
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = hmac(key, part).digest();
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}

export const signatureOf = (secret: string, signed: Signed, text: string): string =>
  hmac(signingKey(secret, signed), text).digest('hex');

/** S3 signs the path as it is sent; the others encode it a second time. */
const canonicalPath = (path: string, service: string): string =>
  service === 's3' ? path : path.split('/').map(encode).join('/');

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .filter(([key]) => key !== 'X-Amz-Signature')
    .map(([key, value]) => [encode(key), encode(value)] as const)
    .toSorted(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
