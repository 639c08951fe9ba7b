/** The inside of a sandbox: what Lambda's Node.js runtime is to a function. Runs in a worker thread. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isNativeError } from 'node:util/types';
import { parentPort, workerData } from 'node:worker_threads';
import type { Boot, FromSandbox, FunctionError, Invocation } from './messages.ts';
import { setTime } from './workerTime.ts';

const host = parentPort;
if (!host) throw new Error('worker.ts runs in a worker thread only');
const tell = (message: FromSandbox) => host.postMessage(message, []);

// Both streams go by the same way as the result, so that no line comes in after it.
for (const stream of ['stdout', 'stderr'] as const)
  Object.defineProperty(process[stream], 'write', {
    value: (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      tell({ kind: 'text', stream, text });
      const done = rest.at(-1);
      if (typeof done === 'function') setImmediate(() => void done());
      return true;
    },
  });

const describe = (error: unknown): FunctionError =>
  isNativeError(error)
    ? {
        errorType: error.name,
        errorMessage: error.message,
        trace: (error.stack ?? '').split('\n'),
      }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

/** The runtime reports it and exits (nodejs24.x). */
const die = (error: FunctionError) => {
  tell({ kind: 'failed', error, fatal: true });
  process.exit(1);
};
process.on('uncaughtException', (error) => die(describe(error)));
process.on('unhandledRejection', (reason) =>
  die({
    ...describe(reason),
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: String(reason),
  }),
);

type Handler = (event: unknown, context: object) => unknown;
const isHandler = (value: unknown): value is Handler => typeof value === 'function';

async function load({ directory, handler }: Boot): Promise<Handler> {
  const [file = '', name = ''] = handler.split('.');
  const path = ['.mjs', '.js', '.cjs'].map((end) => join(directory, file + end)).find(existsSync);
  if (!path) throw named('Runtime.ImportModuleError', `Cannot find module '${file}'`);
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  const found = module[name];
  if (!isHandler(found))
    throw named('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  return found;
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

const boot: Boot = workerData;
setTime(boot.now);
const loading = load(boot);
loading.then(
  () => tell({ kind: 'ready' }),
  (error: unknown) => die(describe(error)),
);

host.on('message', (invocation: Invocation) => {
  void run(invocation);
});

async function run({
  event,
  requestId,
  traceId,
  now,
  timeoutMs,
  context,
}: Invocation): Promise<void> {
  const handler = await loading;
  setTime(now);
  process.env['_X_AMZN_TRACE_ID'] = traceId;
  const deadline = now + timeoutMs;
  try {
    const result = await handler(JSON.parse(event), {
      ...context,
      functionVersion: '$LATEST',
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    tell({ kind: 'done', payload: JSON.stringify(result ?? null) });
  } catch (error) {
    tell({ kind: 'failed', error: describe(error), fatal: false });
  }
}
