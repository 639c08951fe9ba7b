import type { Service, ServiceId } from '../core/operation.ts';
import { AwsError } from '../core/operation.ts';
import { unknownOperation } from './errors.ts';
import { isSpoken, WIRE, type WireService } from './protocols.ts';
import type { WireRequest } from './request.ts';
import type { Schemas, OperationSchema } from './schemas.ts';
import { type Labels, routeRestJson } from './restJson.ts';
import { routeS3, s3Target } from './s3Route.ts';
import type { Target } from './rest.ts';

/** A service of the endpoint with all that is needed to talk to it. */
export interface Spoken {
  readonly id: ServiceId;
  readonly service: Service;
  readonly wire: WireService;
  readonly schemas: Schemas;
}

export type Table = ReadonlyMap<string, Spoken>;

/** The service of the credential scope; for unsigned requests what the request looks like, at last S3. */
export function serviceName(request: WireRequest, scope: string | undefined): string {
  if (scope !== undefined) return scope;
  const target = request.headers['x-amz-target']?.split('.')[0];
  const byTarget = Object.entries(WIRE).find(([, { json }]) => json && json.target === target);
  if (byTarget) return byTarget[0];
  const version = formOf(request)?.get('Version');
  return (
    Object.entries(WIRE).find(([, wire]) => wire.version && wire.version === version)?.[0] ?? 's3'
  );
}

export function findService(table: Table, name: string): Spoken {
  const spoken = table.get(name);
  if (spoken) return spoken;
  throw new AwsError(
    'UnknownOperationException',
    `The embedded AWS does not ${isSpoken(name) ? 'run' : 'implement'} the service ${name} (local/SUPPORT.md)`,
    400,
  );
}

export interface Routed {
  readonly schema: OperationSchema;
  /** Parameters of the query protocols. */
  readonly form: URLSearchParams | undefined;
  readonly target: Target;
  /** Parts of the path that are members; of restJson alone. */
  readonly labels: Labels;
}

const NOWHERE: Target = { bucket: undefined, key: undefined };

/** Which operation is asked for; throws when the service has none of that name, or we do not implement it. */
export function route(spoken: Spoken, request: WireRequest): Routed {
  const { id, schemas, service, wire } = spoken;
  const implemented = (name: string) => Object.hasOwn(service.operations, name);
  if (wire.protocol === 'rest') {
    const target = s3Target(request);
    const schema = routeS3(schemas, request, target, implemented);
    if (!implemented(schema.name)) throw unknownOperation(id, schema.name);
    return { schema, form: undefined, target, labels: {} };
  }
  if (wire.protocol === 'restJson') {
    const found = routeRestJson(schemas, request);
    if (!found || !implemented(found.schema.name))
      throw unknownOperation(id, found?.schema.name ?? `${request.method} ${request.path}`);
    return { ...found, form: undefined, target: NOWHERE };
  }
  const form = wire.json ? undefined : formOf(request);
  const name = wire.json ? targetName(request, wire.json.target) : form?.get('Action');
  const schema = schemas.operations.get(name ?? '');
  if (!schema || !implemented(schema.name)) throw unknownOperation(id, name ?? '(no operation)');
  return { schema, form, target: NOWHERE, labels: {} };
}

function targetName({ headers }: WireRequest, prefix: string): string | undefined {
  const [service, name] = headers['x-amz-target']?.split('.') ?? [];
  return service === prefix ? name : headers['x-amz-target'];
}

/** A query protocol's parameters: the form in the body, or the query string of a GET. */
function formOf({ method, headers, query, body }: WireRequest): URLSearchParams | undefined {
  if (method === 'GET') return query;
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? new URLSearchParams(body.toString('utf8'))
    : undefined;
}
