import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { STEPS } from '../../../../contract/names.ts';
import { RealClock } from '../../../../local/core/clock.ts';
import {
  deployStack,
  readAssembly,
  synthesise,
  type SynthesisedStack,
} from '../../../../local/deploy/index.ts';
import { createLambdaHost } from '../../../../local/lambda/index.ts';
import { recorder } from './support.ts';

const out = mkdtempSync(join(tmpdir(), 'assembly-'));
let stacks: ReadonlyMap<string, SynthesisedStack>;
beforeAll(async () => {
  await synthesise(out, new URL('../../../../fleetwide.config.json', import.meta.url).pathname);
  stacks = readAssembly(out);
});

const stackOf = (name: string) => {
  const stack = stacks.get(name);
  if (!stack) throw new Error(`the assembly has no stack ${name}`);
  return stack;
};

const lambda = createLambdaHost({
  clock: new RealClock(),
  endpointUrl: () => 'http://127.0.0.1:9',
  credentials: () => ({
    accessKeyId: 'ASIA1',
    secretAccessKey: 's',
    sessionToken: 't',
    expiresAt: Number.MAX_SAFE_INTEGER,
  }),
  log: () => undefined,
  newId: () => 'id',
});
afterAll(() => lambda.close());

test('every stack of the app can be deployed as it is synthesised', async () => {
  expect([...stacks.keys()]).toEqual([
    'Hub',
    'HubRegion-eu-west-1',
    'HubRegion-us-east-1',
    'SpokeAccount',
    'SpokeRegion',
  ]);
  for (const { account = '222233334444', region = 'eu-west-1', ...stack } of stacks.values()) {
    const { target, calls } = recorder();
    const { resources } = await deployStack({ ...stack, account, region }, target);
    expect(Object.keys(resources).length).toBeGreaterThan(0);
    expect(JSON.stringify(calls)).not.toMatch(/"(?:Ref|Fn::\w+)"/);
  }
});

test('one template of a spoke serves every account', async () => {
  const { target, calls } = recorder();
  const spoke = { ...stackOf('SpokeAccount'), region: 'eu-west-1' };
  for (const account of ['222233334444', '333344445555'])
    await deployStack({ ...spoke, account }, target);
  expect(calls.filter(([method]) => method === 'putRole')).toMatchObject([
    ['putRole', { arn: 'arn:aws:iam::222233334444:role/fleetwide/fleetwide-dispatch' }],
    ['putRole', { arn: 'arn:aws:iam::222233334444:role/fleetwide/fleetwide-node' }],
    ['putRole', { arn: 'arn:aws:iam::333344445555:role/fleetwide/fleetwide-dispatch' }],
    ['putRole', { arn: 'arn:aws:iam::333344445555:role/fleetwide/fleetwide-node' }],
  ]);
  expect(JSON.stringify(calls)).toContain('arn:aws:ec2:*:333344445555:instance/*');
});

test('the bundles of all steps load and run in the function host', async () => {
  const { target } = recorder();
  const hub = { ...stackOf('Hub'), account: '111122223333', region: 'eu-west-1' };
  await deployStack(hub, { ...target, putFunction: (spec) => lambda.putFunction(spec) });
  expect(lambda.functions()).toHaveLength(STEPS.length);
  // What every step says to an input that no state machine gives.
  for (const { arn } of lambda.functions())
    expect(await lambda.invoke(arn, { dispatch: 7 })).toMatchObject({
      ok: false,
      error: 'InvalidStepInput',
    });
});
