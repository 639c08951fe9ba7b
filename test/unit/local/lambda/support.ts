import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, RealClock } from '../../../../local/core/clock.ts';
import { createLambdaHost, type FunctionSpec } from '../../../../local/lambda/index.ts';

export const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:fleetwide-test';

/** A function whose index.mjs is `code`. */
export function functionOf(code: string, over: Partial<FunctionSpec> = {}): FunctionSpec {
  const directory = mkdtempSync(join(tmpdir(), 'function-'));
  writeFileSync(join(directory, 'index.mjs'), code);
  return {
    arn: ARN,
    name: 'fleetwide-test',
    account: '111122223333',
    region: 'eu-west-1',
    roleArn: 'arn:aws:iam::111122223333:role/fleetwide/hub/fleetwide-test',
    directory,
    handler: 'index.handler',
    memoryMb: 128,
    timeoutSeconds: 10,
    environment: {},
    logGroup: '/aws/lambda/fleetwide-test',
    ...over,
  };
}

export interface Given {
  readonly clock?: Clock;
  readonly maxWorkers?: number;
  /** How long the role's sessions last. */
  readonly sessionMs?: number;
  /** Called when the role is assumed: it may refuse. */
  readonly assume?: () => void;
}

/** A host with one function, and what it did to the world. */
export function hostOf(spec: FunctionSpec, given: Given = {}) {
  const { clock = new RealClock(), maxWorkers = 4, sessionMs = 3_600_000, assume } = given;
  const logged: { group: string; stream: string; line: string }[] = [];
  const sessions: string[] = [];
  let ids = 0;
  const host = createLambdaHost({
    clock,
    maxWorkers,
    endpointUrl: () => 'http://127.0.0.1:4566',
    credentials: (roleArn, sessionName) => {
      assume?.();
      sessions.push(`${roleArn} ${sessionName}`);
      const n = sessions.length;
      return {
        accessKeyId: `ASIA${n}`,
        secretAccessKey: `secret${n}`,
        sessionToken: `token${n}`,
        expiresAt: clock.now() + sessionMs,
      };
    },
    log: ({ logGroup: group }, _, stream, line) => void logged.push({ group, stream, line }),
    newId: () => `id-${++ids}`,
  });
  host.putFunction(spec);
  return { host, logged, sessions, lines: () => logged.map(({ line }) => line) };
}
