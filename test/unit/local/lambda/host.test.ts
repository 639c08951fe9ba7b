import { afterEach, describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../../../local/core/clock.ts';
import type { LambdaHost } from '../../../../local/lambda/index.ts';
import { ARN, functionOf, type Given, hostOf } from './support.ts';

const open: LambdaHost[] = [];
const start = (code: string, over = {}, given: Given = {}) => {
  const made = hostOf(functionOf(code, over), given);
  open.push(made.host);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.close()));
});

describe('a function', () => {
  test('gets the event and Lambda’s context, and answers with its payload', async () => {
    const { host } = start(`export const handler = async (event, context) => ({
      event, context: { ...context }, remaining: context.getRemainingTimeInMillis() })`);

    const result = await host.invoke(ARN, { a: [1, 'x'] });

    expect(result).toMatchObject({
      ok: true,
      payload: {
        event: { a: [1, 'x'] },
        context: {
          functionName: 'fleetwide-test',
          functionVersion: '$LATEST',
          invokedFunctionArn: ARN,
          memoryLimitInMB: '128',
          awsRequestId: 'id-2',
          logGroupName: '/aws/lambda/fleetwide-test',
        },
      },
    });
    const { remaining } = Object(result.ok && result.payload);
    expect(remaining).toBeGreaterThan(9_000);
    expect(remaining).toBeLessThanOrEqual(10_000);
  });

  test('whose role cannot be assumed is refused, until it can', async () => {
    let refusing = true;
    const assume = () => {
      if (refusing) throw new Error('not authorized to perform: sts:AssumeRole');
    };
    const { host } = start('export const handler = async () => 1', {}, { assume, maxWorkers: 1 });
    await expect(host.invoke(ARN, {})).rejects.toThrow('sts:AssumeRole');
    refusing = false;
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: 1 });
  });

  test('that returns nothing answers null', async () => {
    const { host } = start('export const handler = async () => undefined');
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: null });
  });

  test('has the environment of the template and of Lambda, and no other', async () => {
    const { host } = start('export const handler = async () => ({ ...process.env })', {
      environment: { RESULTS_BUCKET: 'results' },
    });

    expect(await host.invoke(ARN, {})).toEqual({
      ok: true,
      payload: {
        RESULTS_BUCKET: 'results',
        AWS_REGION: 'eu-west-1',
        AWS_LAMBDA_FUNCTION_NAME: 'fleetwide-test',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fleetwide-test',
        AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]id1$/),
        AWS_ACCESS_KEY_ID: 'ASIA1',
        AWS_SECRET_ACCESS_KEY: 'secret1',
        AWS_SESSION_TOKEN: 'token1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
        HOME: '/home/sbx_user1051',
        _X_AMZN_TRACE_ID: 'Root=1-id2-;Sampled=0',
      },
    });
  });

  test('writes its output to its log group, line by line, before its result is known', async () => {
    const { host, logged, lines } = start(`export const handler = async () => {
      console.log('one\\ntwo'); process.stderr.write('three'); process.stdout.write(' four\\n'); }`);

    await host.invoke(ARN, {});

    expect(lines()).toEqual(['one', 'two', ' four', 'three']);
    expect(logged[0]).toMatchObject({ group: '/aws/lambda/fleetwide-test' });
    expect(logged[0]?.stream).toMatch(/\[\$LATEST\]id1$/);
  });

  test('stays warm: the module is loaded once for calls one after the other', async () => {
    const { host, sessions } = start('let n = 0; export const handler = async () => ++n');

    await host.invoke(ARN, {});
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: 2 });
    expect(sessions).toEqual([
      'arn:aws:iam::111122223333:role/fleetwide/hub/fleetwide-test fleetwide-test',
    ]);
  });

  test('replaced by another version runs as that version', async () => {
    const { host } = start(`export const handler = async () => 'old'`);
    await host.invoke(ARN, {});
    host.putFunction(functionOf(`export const handler = async () => 'new'`));
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: 'new' });
    expect(host.functions()).toHaveLength(1);
  });
});

describe('capacity', () => {
  const SLOW = `let n = 0; export const handler = async () => {
    const mine = ++n; await new Promise((done) => setTimeout(done, 30)); return mine; }`;

  test('calls at once run in sandboxes of their own, up to the function’s share; the others wait', async () => {
    const { host, sessions } = start(SLOW, {}, { maxWorkers: 4 });

    const results = await Promise.all(Array.from({ length: 7 }, () => host.invoke(ARN, {})));

    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(sessions).toHaveLength(2);
  });

  test('an idle sandbox gives way to another function when all places are taken', async () => {
    const { host, sessions } = start(SLOW, {}, { maxWorkers: 1 });
    const other = functionOf(SLOW, { arn: `${ARN}-2`, name: 'other' });
    host.putFunction(other);

    await host.invoke(ARN, {});
    expect(await host.invoke(other.arn, {})).toEqual({ ok: true, payload: 1 });
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: 1 });
    expect(sessions).toHaveLength(3);
  });

  test('closing refuses what still waits', async () => {
    const { host } = start(SLOW, {}, { maxWorkers: 1 });
    const running = host.invoke(ARN, {});
    const waiting = host.invoke(ARN, {});
    await Promise.all([
      expect(waiting).rejects.toThrow('the function host is closed'),
      host.close(),
    ]);
    expect(await running).toMatchObject({ ok: false, error: 'Runtime.ExitError' });
  });
});

describe('credentials', () => {
  const KEY = 'export const handler = async () => process.env.AWS_ACCESS_KEY_ID';

  test('within five minutes of their end are not used again', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    const { host } = start(KEY, {}, { clock, sessionMs: 3_600_000 });
    const advance = (ms: number) => new Promise<void>((done) => void clock.after(ms, done));

    await host.invoke(ARN, {});
    await advance(54 * 60_000);
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: 'ASIA1' });
    await advance(2 * 60_000);
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: 'ASIA2' });
  });

  test('that would end before the function’s timeout are not used again', async () => {
    const { host } = start(KEY, { timeoutSeconds: 900 }, { sessionMs: 600_000 });
    await host.invoke(ARN, {});
    expect(await host.invoke(ARN, {})).toEqual({ ok: true, payload: 'ASIA2' });
  });
});

describe('time', () => {
  test('in a function is the world’s: Date, new Date and what is left of the timeout', async () => {
    const noon = Date.UTC(2031, 5, 15, 12);
    const clock = new VirtualClock(noon);
    const { host } = start(
      `const loaded = Date.now();
      export const handler = async (_, context) => {
        const fixed = new Date(0);
        return { loaded, now: Date.now(), iso: new Date().toISOString(), fixed: fixed.getTime(),
          isDate: fixed instanceof Date, parsed: Date.parse('1970-01-01T00:00:01Z'),
          text: Date().slice(11, 15), left: context.getRemainingTimeInMillis() } }`,
      {},
      { clock },
    );

    const first = await host.invoke(ARN, {});
    await new Promise<void>((done) => void clock.after(3_600_000, done));
    const second = await host.invoke(ARN, {});

    const of = (result: typeof first) => Object(result.ok && result.payload);
    expect(of(first)).toMatchObject({ fixed: 0, isDate: true, parsed: 1_000, text: '2031' });
    for (const [payload, from] of [
      [of(first), noon],
      [of(second), noon + 3_600_000],
    ]) {
      expect(payload.now - from).toBeGreaterThanOrEqual(0);
      expect(payload.now - from).toBeLessThan(2_000);
      expect(Date.parse(payload.iso)).toBeGreaterThanOrEqual(payload.now);
      expect(payload.left).toBeGreaterThan(8_000);
    }
    expect(of(first).loaded).toBeLessThanOrEqual(of(first).now + 2_000);
    expect(of(first).loaded).toBeGreaterThanOrEqual(noon);
  });

  test('stands still in the world while a function runs', async () => {
    const clock = new VirtualClock(0);
    const { host } = start(
      'export const handler = () => new Promise((done) => setTimeout(done, 50))',
      {},
      { clock },
    );
    const order: string[] = [];
    clock.after(1, () => order.push('timer'));
    await host.invoke(ARN, {}).then(() => order.push('function'));
    await new Promise<void>((done) => void clock.after(2, done));
    expect(order).toEqual(['function', 'timer']);
  });
});
