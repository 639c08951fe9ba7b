import { timingSafeEqual } from 'node:crypto';
import { AwsError, type Caller } from '../core/operation.ts';
import type { Found } from '../iam/store.ts';
import { type AuthProblem, authError } from './authErrors.ts';
import { type Signed, sha256, signatureOf, stringToSign } from './canonical.ts';
import { UNSIGNED_TRAILER } from './chunked.ts';
import type { Protocol } from './protocols.ts';
import type { WireRequest } from './request.ts';

export interface SignatureDeps {
  /** What the signer's clock shows, ms since the epoch: real time, even where the world's is virtual. */
  readonly wallClock: () => number;
  /** The world's own time: the functions that run in it sign with that. */
  readonly worldClock?: () => number;
  readonly callerFor: (accessKeyId: string, token: string | undefined) => Found;
}

const MAX_SKEW = 5 * 60_000;
/** A presigned URL lives at most a week (S3 User Guide, "Working with presigned URLs"). */
const MAX_PRESIGNED = 604_800;
const UNSIGNED = 'UNSIGNED-PAYLOAD';
const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Reads who claims to have signed; undefined: nobody did. Throws when the claim is malformed. */
export function readSignature(request: WireRequest): Signed | 'malformed' | undefined {
  const { headers, query } = request;
  const header = headers['authorization'];
  if (header !== undefined) {
    const [, credential, names, signature] =
      /^AWS4-HMAC-SHA256 Credential=(\S+?),\s*SignedHeaders=(\S+?),\s*Signature=([0-9a-f]{64})$/.exec(
        header,
      ) ?? [];
    return scoped(credential, names, signature, {
      time: headers['x-amz-date'],
      token: headers['x-amz-security-token'],
      presigned: undefined,
    });
  }
  const algorithm = query.get('X-Amz-Algorithm');
  if (algorithm === null) return undefined;
  if (algorithm !== ALGORITHM) return 'malformed';
  return scoped(
    query.get('X-Amz-Credential') ?? undefined,
    query.get('X-Amz-SignedHeaders') ?? undefined,
    query.get('X-Amz-Signature') ?? undefined,
    {
      time: query.get('X-Amz-Date') ?? undefined,
      token: query.get('X-Amz-Security-Token') ?? undefined,
      presigned: { seconds: Number(query.get('X-Amz-Expires')) },
    },
  );
}

function scoped(
  credential: string | undefined,
  names: string | undefined,
  signature: string | undefined,
  rest: Pick<Signed, 'token' | 'presigned'> & { readonly time: string | undefined },
): Signed | 'malformed' {
  const [accessKeyId, date, region, service, end] = credential?.split('/') ?? [];
  const { time, token, presigned } = rest;
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request') return 'malformed';
  if (!names || !signature || !time || !/^\d{8}T\d{6}Z$/.test(time)) return 'malformed';
  const headers = names.split(';');
  if (!time.startsWith(date) || !headers.includes('host')) return 'malformed';
  if (presigned && !(presigned.seconds >= 1 && presigned.seconds <= MAX_PRESIGNED))
    return 'malformed';
  return { accessKeyId, date, region, service, headers, signature, time, token, presigned };
}

/** Who signed this request; throws the error of the protocol when it isn't true. */
export function verify(
  deps: SignatureDeps,
  request: WireRequest,
  signed: Signed,
  protocol: Protocol,
): Caller {
  const fail = (problem: AuthProblem, detail?: string) => authError(protocol, problem, detail);
  checkTime([deps.wallClock(), ...(deps.worldClock ? [deps.worldClock()] : [])], signed, protocol);
  const found = deps.callerFor(signed.accessKeyId, signed.token);
  if (found === 'unknown') throw fail('unknownKey');
  if (found === 'badToken') throw fail('badToken');
  const payload = payloadHash(request, signed, protocol);
  // The secret of an expired session is gone: AWS says expired whatever the signature.
  if (found === 'expired') throw fail('expired');
  const expected = signatureOf(
    found.secretAccessKey,
    signed,
    stringToSign(request, signed, payload),
  );
  if (!sameText(expected, signed.signature)) throw fail('badSignature');
  return found.caller;
}

const sameText = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

function checkTime(
  clocks: readonly number[],
  { time, presigned }: Signed,
  protocol: Protocol,
): void {
  const at = Date.parse(
    time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  // The signer's clock is one of them: the one that is nearest to what it wrote.
  const now = clocks.toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at))[0] ?? at;
  if (presigned && now > at + presigned.seconds * 1_000)
    throw new AwsError('AccessDenied', 'Request has expired', 403);
  if (at - now > MAX_SKEW || (!presigned && now - at > MAX_SKEW))
    throw authError(protocol, 'skewed', `${new Date(now).toISOString()} (signed ${time})`);
}

/** S3 clients state the body's hash, or that there is none; the others sign the hash of what they send. */
function payloadHash({ headers, body }: WireRequest, signed: Signed, protocol: Protocol): string {
  if (protocol !== 'rest') return sha256(body);
  if (signed.presigned) return headers['x-amz-content-sha256'] ?? UNSIGNED;
  const stated = headers['x-amz-content-sha256'];
  if (stated === undefined)
    throw new AwsError(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    );
  if (stated === UNSIGNED || stated === UNSIGNED_TRAILER) return stated;
  if (stated.startsWith('STREAMING-'))
    throw new AwsError('NotImplemented', `The embedded AWS does not implement ${stated}`, 501);
  if (sha256(body) !== stated)
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      400,
    );
  return stated;
}
