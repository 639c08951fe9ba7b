import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';
import type { Service } from '../core/operation.ts';
import type { IamStore } from '../iam/store.ts';
import type { LambdaHost } from '../lambda/host.ts';
import { answer } from './answer.ts';
import { Faulted, type Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import { isSpoken, WIRE } from './protocols.ts';
import { readRequest, type WireReply } from './request.ts';
import type { Spoken } from './route.ts';
import { loadSchemas } from './schemas.ts';

export interface EndpointDeps {
  readonly clock: Clock;
  /** Real time, ms since the epoch: what clients sign with. */
  readonly wallClock: () => number;
  readonly services: readonly Service[];
  readonly iam: Pick<IamStore, 'callerFor'>;
  readonly ledger: Ledger;
  /** Whether an account has a Region enabled; default: all. */
  readonly regionEnabled?: (account: string, region: string) => boolean;
  readonly faults?: Faults;
  readonly newId: () => string;
  /** Functions that run, by the trace id of the invocation. */
  readonly functions?: Pick<LambdaHost, 'running' | 'kill'>;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** This listener stands for plain HTTP: aws:SecureTransport is false. */
  readonly plain?: boolean;
}

export interface Endpoint {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the listener that speaks for all services. */
export async function startEndpoint(deps: EndpointDeps): Promise<Endpoint> {
  const table = new Map<string, Spoken>();
  for (const service of deps.services) {
    const { id } = service;
    if (!isSpoken(id)) continue;
    const wire = WIRE[id];
    table.set(id, { id, service, wire, schemas: await loadSchemas(wire.load) });
  }
  // A client that keeps a connection longer than the server loses a request to the race of both ends.
  const server = createServer({ noDelay: true, keepAliveTimeout: 120_000 }, (message, response) => {
    const release = deps.clock.hold();
    response.once('close', release);
    void handle(deps, table, message, response);
  });
  const host = deps.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(deps.port ?? 0, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  deps: EndpointDeps,
  table: ReadonlyMap<string, Spoken>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = deps.newId();
  const date = dateFor(deps, message);
  try {
    send(
      date,
      response,
      requestId,
      await answer(deps, table, await readRequest(message), requestId),
    );
  } catch (error) {
    const fault = error instanceof Faulted ? error.fault : undefined;
    // Its reply never comes; before it is dead it must not find that out.
    if (fault?.kind === 'kill') await deps.functions?.kill(traceOf(message));
    // A client that went away while it sent, or a fault that is no reply.
    if (fault?.kind !== 'rubbish') {
      message.socket.destroy();
      return;
    }
    const { status, body, contentType } = fault;
    send(date, response, requestId, { status, body, headers: { 'content-type': contentType } });
  }
}

/** What the SDK sends along inside of a function (X-Ray Developer Guide, "Tracing header"). */
const traceOf = ({ headers }: IncomingMessage): string => String(headers['x-amzn-trace-id'] ?? '');

/** By the signer's own clock, the world's or the real one: SDKs correct theirs by this header. */
function dateFor({ clock, wallClock }: EndpointDeps, { headers }: IncomingMessage): number {
  const real = wallClock();
  const world = clock.now();
  const [, y, m, d, h, min, s] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date'])) ?? [];
  const signed = Date.parse(`${y}-${m}-${d}T${h}:${min}:${s}Z`);
  if (Number.isNaN(signed)) return real;
  return Math.abs(signed - world) < Math.abs(signed - real) ? world : real;
}

function send(
  date: number,
  response: ServerResponse,
  requestId: string,
  { status, headers, body }: WireReply,
): void {
  response.writeHead(status, {
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    date: new Date(date).toUTCString(),
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...headers,
  });
  response.end(body);
}
