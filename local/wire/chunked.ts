import { AwsError } from '../core/operation.ts';
import type { WireRequest } from './request.ts';

/** Chunks without signatures, then trailers: what SDKs send for streams. */
export const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

const broken = (why: string) =>
  new AwsError('IncompleteBody', `The aws-chunked body is malformed: ${why}`, 400);

/**
 * Takes the `aws-chunked` framing off a body and adds its trailers (checksums) to the headers.
 * Source: S3 API Reference, "Signature calculations for the Authorization header: chunked upload with trailers".
 */
export function unchunk(request: WireRequest): WireRequest {
  const { body, headers } = request;
  const pieces: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = body.indexOf('\r\n', at);
    if (end < 0) throw broken('a line does not end');
    const text = body.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const [size = ''] = line().split(';');
    if (!/^[0-9a-fA-F]+$/.test(size)) throw broken(`${size} is no chunk size`);
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    if (at + length + 2 > body.length) throw broken('a chunk is cut off');
    pieces.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const trailers: Record<string, string> = {};
  while (at < body.length) {
    const [, name, value] = /^([^:]+):(.*)$/.exec(line()) ?? [];
    if (name !== undefined) trailers[name.trim().toLowerCase()] = (value ?? '').trim();
  }
  return finish(
    { ...request, headers: { ...headers, ...trailers } },
    Buffer.concat(pieces),
    trailers,
  );
}

function finish(
  request: WireRequest,
  body: Buffer,
  trailers: Readonly<Record<string, string>>,
): WireRequest {
  const { headers } = request;
  const declared = headers['x-amz-decoded-content-length'];
  if (declared !== undefined && Number(declared) !== body.length)
    throw broken(`${body.length} bytes instead of ${declared}`);
  for (const name of (headers['x-amz-trailer'] ?? '').split(',').filter(Boolean))
    if (trailers[name.trim().toLowerCase()] === undefined)
      throw new AwsError('MalformedTrailerError', `The trailer ${name} is missing`, 400);
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '' && text !== 'aws-chunked');
  const { 'content-encoding': _, ...others } = headers;
  return {
    ...request,
    headers: {
      ...others,
      ...(encoding.length > 0 && { 'content-encoding': encoding.join(',') }),
      'content-length': String(body.length),
    },
    body,
  };
}
