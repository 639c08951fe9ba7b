/** A configuration for 5,000 accounts × 17 Regions: seconds, and within every limit of CloudFormation, IAM and S3. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as z from 'zod';
import { type ConfigInput, parseConfig } from '../../contract/config.ts';
import { unfit } from '../../lib/carried.ts';
import { featureFlags } from '../../lib/configFile.ts';
import { fleetwide } from '../../lib/fleetwide.ts';
import { limitsBroken } from './limits.ts';
import { HUB } from './support.ts';

const code = mkdtempSync(join(tmpdir(), 'scale-'));
writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => null;\n');

/** The number counts, not the names: of no Region that is. */
const REGIONS = ['eu-west-1', ...Array.from('abcdefghijklmnop', (letter) => `xx-${letter}-1`)];
const accountsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => String(100_000_000_000 + n));
const unitId = (n: number) => `ou-ab12-${String(n).padStart(8, '0')}`;

const BASE: ConfigInput = {
  hub: { account: HUB, region: 'eu-west-1' },
  regions: REGIONS,
  externalId: 'an-external-id-for-tests',
  organizationId: 'o-a1b2c3d4e5',
  encryption: 'KMS',
  endpoints: { vpcs: [{ name: 'main', cidrs: 5 }, { name: 'data' }], logs: true, kms: true },
};

const Template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});
const StackSet = z.looseObject({
  Properties: z.object({
    StackSetName: z.string(),
    TemplateBody: z.string(),
    StackInstancesGroup: z.array(
      z.object({
        Regions: z.array(z.string()),
        DeploymentTargets: z.object({
          Accounts: z.array(z.string()).optional(),
          OrganizationalUnitIds: z.array(z.string()).optional(),
        }),
      }),
    ),
  }),
});

function synthesised(over: Partial<ConfigInput>) {
  const app = new App({ context: featureFlags(), analyticsReporting: false });
  fleetwide(app, { config: parseConfig({ ...BASE, ...over }), code: () => Code.fromAsset(code) });
  const stacks = app.synth().stacks.map(({ stackName, template }) => {
    const parsed: unknown = template;
    return [stackName, Template.parse(parsed)] as const;
  });
  const onboarding = stacks.find(([name]) => name === 'Onboarding')?.[1];
  const sets = Object.values(onboarding?.Resources ?? {}).map(
    (set) => StackSet.parse(set).Properties,
  );
  return { stacks, sets };
}

/** Units 1 to 40: each with other Regions than the one before, half of them with endpoints. */
const UNITS = Array.from({ length: 40 }, (_, n) => ({
  id: unitId(n),
  regions: REGIONS.slice(0, 1 + (n % REGIONS.length)),
  endpoints: n % 2 === 0,
}));

const { stacks: small } = synthesised({
  onboarding: { accounts: accountsOf(5), endpoints: true },
});

describe.each([
  ['a list of 5,000 accounts', { onboarding: { accounts: accountsOf(5_000), endpoints: true } }],
  ['40 units with Regions of their own', { onboarding: { organizationalUnits: UNITS } }],
] satisfies [string, Partial<ConfigInput>][])('%s in 17 Regions', (_, over) => {
  const { stacks, sets } = synthesised(over);

  // No resource is of an account: the time does not grow with them, nor does what is synthesised.
  test('comes to as many resources as a handful of accounts does', () => {
    expect(REGIONS).toHaveLength(17);
    const sum = (all: typeof stacks) =>
      all.reduce((n, [, { Resources }]) => n + Object.keys(Resources).length, 0);
    expect(sum(stacks)).toBeLessThanOrEqual(sum(small) + 5);
  });

  test('keeps every template within the limits', () => {
    expect(stacks.map(([name]) => name)).toHaveLength(17 + 4);
    for (const [name, template] of stacks)
      expect([name, limitsBroken(template)]).toEqual([name, []]);
  });

  test('keeps what the stack sets carry within theirs', () => {
    for (const { StackSetName, TemplateBody } of sets) {
      const carried: unknown = JSON.parse(TemplateBody);
      const bytes = Buffer.byteLength(TemplateBody);
      expect([StackSetName, unfit(carried, bytes), limitsBroken(carried)]).toEqual([
        StackSetName,
        [],
        [],
      ]);
    }
  });

  test('has no resource for an account', () => {
    const few = synthesised({ onboarding: { accounts: accountsOf(1), endpoints: true } });
    const counts = (all: typeof stacks) =>
      all
        .filter(([name]) => name !== 'Onboarding')
        .map(([name, { Resources }]) => [name, Object.keys(Resources).length]);
    expect(counts(stacks)).toEqual(counts(few.stacks));
    expect(sets.length).toBeLessThanOrEqual(3);
  });
});

test('each unit gets the Regions that it asked for, once, with endpoints or without', () => {
  const { sets } = synthesised({ onboarding: { organizationalUnits: UNITS } });
  const regionsOf = (set: string, unit: string) =>
    sets
      .filter(({ StackSetName }) => StackSetName === set)
      .flatMap(({ StackInstancesGroup }) => StackInstancesGroup)
      .filter(({ DeploymentTargets }) => DeploymentTargets.OrganizationalUnitIds?.includes(unit))
      .map(({ Regions }) => Regions);
  for (const { id, regions, endpoints } of UNITS) {
    expect(regionsOf('fleetwide-spoke-account', id)).toEqual([['eu-west-1']]);
    expect(regionsOf('fleetwide-spoke-region-endpoints', id)).toEqual(endpoints ? [regions] : []);
    expect(regionsOf('fleetwide-spoke-region', id)).toEqual(endpoints ? [] : [regions]);
  }
});

test('what would not fit is told before it is deployed', () => {
  const parse = (accounts: string[]) => parseConfig({ ...BASE, onboarding: { accounts } });
  expect(() => parse(accountsOf(5_882))).not.toThrow();
  expect(() => parse(accountsOf(5_883))).toThrow(
    '100011 stacks of a stack set, which takes 100000',
  );
});

test('a limit that is broken is seen', () => {
  const many = (count: number, value: object) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`A${n}`, value]));
  const role = (size: number) => ({
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: 'x'.repeat(size) } }] },
  });
  expect(
    limitsBroken({
      Description: 'x'.repeat(1_025),
      Parameters: many(201, { Default: 'a' }),
      Outputs: many(201, {}),
      Mappings: many(201, {}),
      Resources: { ...many(501, { Type: 'AWS::SNS::Topic' }), ['B'.repeat(256)]: role(10_240) },
    }),
  ).toEqual([
    '502 Resources, 500 at most',
    '201 Parameters, 200 at most',
    '201 Outputs, 200 at most',
    '201 Mappings, 200 at most',
    'Description of 1025 bytes, 1024 at most',
    expect.stringMatching(/^BBB.* 256 characters, 255 at most$/),
    expect.stringMatching(/inline policies of \d+ characters, 10240 at most$/),
  ]);
  expect(limitsBroken({ Metadata: 'x'.repeat(1_000_001) })).toEqual([
    expect.stringMatching(/bytes, 1000000 at most/),
  ]);
  expect(limitsBroken({ Parameters: { A: { Default: 'x'.repeat(4_097) } } })).toEqual([
    'parameter A of 4097 bytes, 4096 at most',
  ]);
});
