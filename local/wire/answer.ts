import { AwsError, type Call, type Caller } from '../core/operation.ts';
import { authError } from './authErrors.ts';
import { UNSIGNED_TRAILER, unchunk } from './chunked.ts';
import type { EndpointDeps } from './endpoint.ts';
import { asAwsError } from './errors.ts';
import { Faulted } from './faults.ts';
import { invoke } from './invoke.ts';
import { decodeJson, encodeJson, encodeJsonError } from './json.ts';
import { decodeQuery, encodeEc2Error, encodeQuery, encodeQueryError } from './query.ts';
import type { WireReply, WireRequest } from './request.ts';
import { decodeRest, encodeRest, encodeRestError } from './rest.ts';
import { decodeRestJson, encodeRestJson, encodeRestJsonError } from './restJson.ts';
import { findService, type Routed, route, serviceName, type Spoken, type Table } from './route.ts';
import type { OperationSchema } from './schemas.ts';
import type { Signed } from './canonical.ts';
import { readSignature, verify } from './signature.ts';

const ANONYMOUS: Caller = {
  account: 'anonymous',
  arn: 'anonymous',
  userId: 'anonymous',
  accessKeyId: '',
  kind: 'anonymous',
  identityPolicies: [],
};

/** From a request to its reply: who, what, decode, run, encode. Throws {@link Faulted} when there is to be no reply. */
export async function answer(
  deps: EndpointDeps,
  table: Table,
  request: WireRequest,
  requestId: string,
): Promise<WireReply> {
  const claim = readSignature(request);
  const signed = typeof claim === 'object' ? claim : undefined;
  const name = serviceName(request, signed?.service);
  let spoken: Spoken | undefined;
  try {
    spoken = findService(table, name);
    if (claim === 'malformed') throw authError(spoken.wire.protocol, 'malformed');
    return await serve(deps, spoken, request, signed, requestId);
  } catch (error) {
    if (error instanceof Faulted && error.fault.kind !== 'error') throw error;
    return encodeError(failure(error), spoken, request, requestId);
  }
}

const failure = (error: unknown): AwsError =>
  error instanceof Faulted && error.fault.kind === 'error'
    ? new AwsError(error.fault.name, error.fault.message, error.fault.status)
    : asAwsError(error);

async function serve(
  deps: EndpointDeps,
  spoken: Spoken,
  sent: WireRequest,
  signed: Signed | undefined,
  requestId: string,
): Promise<WireReply> {
  const { id, wire } = spoken;
  const caller = callerOf(deps, spoken, sent, signed);
  const chunked = sent.headers['x-amz-content-sha256'] === UNSIGNED_TRAILER;
  const request = chunked ? unchunk(sent) : sent;
  const routed = route(spoken, request);
  const trace = sent.headers['x-amzn-trace-id'];
  const by = trace === undefined ? undefined : deps.functions?.running(trace);
  const call: Call = {
    service: id,
    operation: routed.schema.name,
    region: signed?.region ?? 'us-east-1',
    caller,
    secure: !deps.plain,
    requestId,
    ...(by !== undefined && trace !== undefined && { by: { name: by, trace } }),
  };
  const output = await invoke(deps, call, decode(spoken, request, routed));
  return encode(wire, routed.schema, output, requestId);
}

/** Without a signature only S3 answers, to a caller who is nobody. */
function callerOf(
  deps: EndpointDeps,
  { wire }: Spoken,
  request: WireRequest,
  signed: Signed | undefined,
): Caller {
  if (signed) {
    const { wallClock, clock, iam } = deps;
    const callerFor = (key: string, token: string | undefined) => iam.callerFor(key, token);
    const caller = verify(
      { wallClock, worldClock: () => clock.now(), callerFor },
      request,
      signed,
      wire.protocol,
    );
    // A Region that an account has not enabled does not know its sessions.
    if (deps.regionEnabled?.(caller.account, signed.region) === false)
      throw authError(wire.protocol, 'badToken');
    return caller;
  }
  if (wire.protocol === 'rest') return ANONYMOUS;
  throw authError(wire.protocol, 'missing');
}

function decode(
  { wire }: Spoken,
  request: WireRequest,
  { schema, form, target, labels }: Routed,
): unknown {
  if (wire.json) return decodeJson(schema, request.body);
  if (wire.protocol === 'rest') return decodeRest(schema, request, target);
  if (wire.protocol === 'restJson') return decodeRestJson(schema, request, labels);
  return decodeQuery(schema, form ?? new URLSearchParams(), wire.protocol);
}

function encode(
  wire: Spoken['wire'],
  schema: OperationSchema,
  output: unknown,
  requestId: string,
): WireReply {
  if (wire.json) return encodeJson(schema, output, wire.json.version);
  if (wire.protocol === 'rest') return encodeRest(schema, output, wire.namespace);
  if (wire.protocol === 'restJson') return encodeRestJson(schema, output);
  return encodeQuery(schema, output, requestId, wire);
}

function encodeError(
  error: AwsError,
  spoken: Spoken | undefined,
  request: WireRequest,
  requestId: string,
): WireReply {
  // A service that is not there is answered as JSON: most are spoken to in it.
  if (!spoken) {
    const schemas = { operations: new Map(), messageKey: () => 'message' };
    return encodeJsonError(error, schemas, '1.1');
  }
  const { wire, schemas } = spoken;
  if (wire.json) return encodeJsonError(error, schemas, wire.json.version);
  if (wire.protocol === 'rest') return encodeRestError(error, requestId, request);
  if (wire.protocol === 'restJson') return encodeRestJsonError(error, schemas);
  return wire.protocol === 'ec2'
    ? encodeEc2Error(error, requestId)
    : encodeQueryError(error, requestId, wire.namespace);
}
