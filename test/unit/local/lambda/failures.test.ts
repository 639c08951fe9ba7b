import { afterEach, describe, expect, test } from '@jest/globals';
import type { LambdaHost } from '../../../../local/lambda/index.ts';
import { ARN, functionOf, hostOf } from './support.ts';

const open: LambdaHost[] = [];
const start = (code: string, over = {}) => {
  const made = hostOf(functionOf(code, over));
  open.push(made.host);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.close()));
});

/** Invokes and returns error and parsed cause. */
async function failureOf(code: string, over = {}, event: unknown = {}) {
  const { host, lines } = start(code, over);
  const result = await host.invoke(ARN, event);
  if (result.ok) throw new Error(`it succeeded: ${JSON.stringify(result.payload)}`);
  const cause: unknown = JSON.parse(result.cause);
  return { host, lines, error: result.error, cause: Object(cause) };
}

describe('what goes wrong in a function', () => {
  test('a thrown error is answered by its name, text and trace', async () => {
    const { error, cause, host } = await failureOf(
      `let n = 0; class TooManyNodes extends Error { name = 'TooManyNodes' }
      export const handler = async () => { if (++n > 1) return n; throw new TooManyNodes('901 match'); }`,
    );
    expect(error).toBe('TooManyNodes');
    expect(cause).toMatchObject({ errorType: 'TooManyNodes', errorMessage: '901 match' });
    expect(cause.trace[0]).toBe('TooManyNodes: 901 match');
    // The sandbox lives on.
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: 2 });
  });

  test('what is thrown need not be an Error', async () => {
    const { error, cause } = await failureOf(`export const handler = async () => { throw 'no'; }`);
    expect([error, cause]).toEqual([
      'string',
      { errorType: 'string', errorMessage: 'no', trace: [] },
    ]);
  });

  test('a failure is logged', async () => {
    const { lines } = await failureOf(
      `export const handler = async () => { throw new Error('x'); }`,
    );
    expect(lines()).toEqual([
      expect.stringMatching(/^\S+Z\tid-2\tERROR\tInvoke Error\t\{"errorType":"Error"/),
    ]);
  });

  test.each([
    ['an endless loop', 'export const handler = async () => { for (;;); }'],
    ['a promise that never ends', 'export const handler = () => new Promise(() => {})'],
  ])('%s is ended by the timeout', async (_, code) => {
    const { error, cause } = await failureOf(code, { timeoutSeconds: 1 });
    expect(error).toBe('Sandbox.Timedout');
    expect(cause).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: id-2 Error: Task timed out after 1.00 seconds',
    });
  });

  test('after a timeout the next call gets a new sandbox', async () => {
    const { host } = await failureOf(
      'let n = 0; export const handler = (event) => ++n && (event.ok ? n : new Promise(() => {}))',
      { timeoutSeconds: 1 },
    );
    expect(await host.invoke(ARN, { ok: true })).toEqual({ ok: true, payload: 1 });
  });

  test('more memory than MemorySize ends it', async () => {
    const { error, cause } = await failureOf(
      `export const handler = async () => { const all = []; for (;;) all.push(new Array(10_000).fill({})); }`,
      { memoryMb: 128 },
    );
    expect(error).toBe('Runtime.OutOfMemory');
    expect(cause.errorMessage).toBe(
      'RequestId: id-2 Error: Runtime exited with error: signal: killed',
    );
  });

  test.each([
    [3, 'Runtime exited with error: exit status 3'],
    [0, 'Runtime exited without providing a reason'],
  ])('process.exit(%d)', async (code, text) => {
    const { error, cause } = await failureOf(
      `export const handler = async () => process.exit(${code})`,
    );
    expect(error).toBe('Runtime.ExitError');
    expect(cause.errorMessage).toBe(`RequestId: id-2 Error: ${text}`);
  });

  test('a rejection that nobody handles', async () => {
    const { error, cause } = await failureOf(
      `export const handler = () => { Promise.reject(new Error('lost')); return new Promise(() => {}); }`,
    );
    expect(error).toBe('Runtime.UnhandledPromiseRejection');
    expect(cause.errorMessage).toBe('Error: lost');
  });

  test('a response that is too large', async () => {
    const { error } = await failureOf(`export const handler = async () => 'x'.repeat(6_291_456)`);
    expect(error).toBe('Function.ResponseSizeTooLarge');
  });
});

describe('code that does not load', () => {
  test('names the error of the module', async () => {
    const { error, cause } = await failureOf(
      `throw Object.assign(new Error('RESULTS_BUCKET: missing'), { name: 'InvalidEnvironment' })`,
    );
    expect([error, cause.errorMessage]).toEqual(['InvalidEnvironment', 'RESULTS_BUCKET: missing']);
  });

  test.each([
    ['index.other', 'Runtime.HandlerNotFound', 'index.other is undefined or not exported'],
    ['main.handler', 'Runtime.ImportModuleError', "Cannot find module 'main'"],
  ])('handler %s', async (handler, name, text) => {
    const { error, cause } = await failureOf('export const handler = async () => 1', { handler });
    expect([error, cause.errorMessage]).toEqual([name, text]);
  });
});

describe('what Lambda’s API refuses', () => {
  test('a function that does not exist', async () => {
    const { host } = start('');
    await expect(host.invoke(`${ARN}-2`, {})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${ARN}-2`,
      status: 404,
    });
  });

  test('a payload that is too large', async () => {
    const { host } = start('export const handler = async () => 1');
    await expect(host.invoke(ARN, 'x'.repeat(6_291_456))).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      status: 413,
    });
  });
});

test('who no longer waits is told so at once; the function runs on to its end', async () => {
  const { host, lines } = start(`export const handler = async () => {
    await new Promise((done) => setTimeout(done, 200)); console.log('ended'); }`);
  const stop = new AbortController();
  const call = host.invoke(ARN, {}, { signal: stop.signal });
  setImmediate(() => stop.abort(new Error('stopped')));

  await expect(call).rejects.toThrow('stopped');
  expect(lines()).toEqual([]);
  // The sandbox is free again only when the function has ended.
  await host.invoke(ARN, {});
  expect(lines().length).toBeGreaterThanOrEqual(1);
});
