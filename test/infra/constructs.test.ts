/** The exported constructs: an app of one's own gets the very stacks that this repository's app makes. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import {
  type ConfigInput,
  type FleetwideConfig,
  FleetwideHub,
  FleetwideHubRegion,
  FleetwideOnboarding,
  FleetwideSpokeAccount,
  FleetwideSpokeRegion,
  fleetwide,
  loadConfig,
  parseConfig,
} from 'fleetwide';
import * as z from 'zod';
import { configJsonSchema } from '../../contract/config.ts';
import { STEPS } from '../../contract/names.ts';
import { Field } from '../../docs/field.ts';
import { app as example } from '../../examples/own-app/app.ts';
import { featureFlags } from '../../lib/configFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'constructs-'));
writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => null;\n');
const code = () => Code.fromAsset(folder);

const config: FleetwideConfig = {
  hub: { account: '111122223333', region: 'eu-west-1' },
  regions: ['eu-west-1', 'us-east-1'],
  externalId: 'an-external-id-for-tests',
  organizationId: 'o-a1b2c3d4e5',
  encryption: 'KMS',
  endpoints: { vpcs: [{ name: 'main' }] },
  onboarding: { organizationalUnits: [{ id: 'ou-ab12-11111111', endpoints: true }] },
};
const newApp = () => new App({ context: featureFlags(), analyticsReporting: false });

const Body = z.looseObject({ Resources: z.unknown() });
const resources = (stack: Stack) => Body.parse(Template.fromStack(stack).toJSON()).Resources;

describe('an app of one’s own', () => {
  const theirs = fleetwide(newApp(), { config: parseConfig(config), code });
  const app = newApp();
  const env = { account: '111122223333', region: 'eu-west-1' };
  const own = {
    hub: new FleetwideHub(app, 'A', { ...config, code }),
    region: new FleetwideHubRegion(app, 'B', { ...config, region: 'us-east-1' }),
    spoke: new FleetwideSpokeAccount(app, 'C', config),
    spokeRegion: new FleetwideSpokeRegion(app, 'D', config),
    onboarding: new FleetwideOnboarding(app, 'E', config),
  };

  test('is given the same resources', () => {
    expect(resources(own.hub)).toEqual(resources(theirs.hub));
    expect(theirs.regions.map((stack) => stack.region)).toContain(own.region.region);
    expect(resources(own.spoke)).toEqual(resources(theirs.spoke));
    expect(resources(own.spokeRegion)).toEqual(resources(theirs.spokeRegion));
    expect(theirs.onboarding && resources(theirs.onboarding)).toEqual(resources(own.onboarding));
    const abroad = theirs.regions.find((stack) => stack.region === 'us-east-1');
    expect(abroad && resources(abroad)).toEqual(resources(own.region));
  });

  test('has them where the fields say, unless it says otherwise; a spoke fits every account', () => {
    expect([own.hub.account, own.hub.region]).toEqual([env.account, env.region]);
    expect([own.region.account, own.region.region]).toEqual([env.account, 'us-east-1']);
    expect([own.onboarding.account, own.onboarding.region]).toEqual([env.account, env.region]);
    expect(own.spoke.account).toContain('AWS.AccountId');
    const spoke = new FleetwideSpokeAccount(newApp(), 'F', {
      ...config,
      env: { account: '222233334444', region: 'us-east-1' },
      description: 'ours',
      tags: { team: 'platform' },
    });
    expect([spoke.account, spoke.templateOptions.description]).toEqual(['222233334444', 'ours']);
    expect(spoke.tags.tagValues()).toEqual({ team: 'platform' });
  });

  test('may leave endpoints out of a Region', () => {
    const props = { ...config, withEndpoints: false };
    expect(new FleetwideSpokeRegion(newApp(), 'G', props).vpcs).toEqual([]);
    expect(own.spokeRegion.vpcs).toHaveLength(1);
  });

  test('is told all that is wrong with its props', () => {
    const wrong = { ...config, regions: ['Ireland'], logRetentionDays: 2 };
    // As of a program that is not type-checked.
    const make = () => Reflect.construct(FleetwideSpokeAccount, [newApp(), 'H', wrong]);
    expect(make).toThrow(/regions\[0\][\s\S]*logRetentionDays/);
    const { onboarding: _, ...rest } = config;
    expect(() => new FleetwideOnboarding(newApp(), 'I', rest)).toThrow('onboarding: missing');
  });

  test('may read the fields out of a file', () => {
    const file = join(folder, 'fleetwide.config.json');
    writeFileSync(file, JSON.stringify(config));
    const spoke = new FleetwideSpokeAccount(newApp(), 'J', loadConfig(file));
    expect(resources(spoke)).toEqual(resources(theirs.spoke));
  });
});

test('the example is such an app, with the functions bundled', () => {
  const { stacks } = example.synth();
  expect(stacks.map(({ stackName }) => stackName).toSorted()).toEqual([
    'FleetwideHub',
    'FleetwideHub-eu-west-1',
    'FleetwideHub-us-east-1',
    'FleetwideOnboarding',
    'FleetwideSpoke',
  ]);
  const hub = example.synth().getStackByName('FleetwideHub');
  expect(hub.terminationProtection).toBe(true);
  expect(hub.tags).toEqual({ team: 'platform' });
  const bundles = readdirSync(example.outdir).filter((name) => name.startsWith('asset.'));
  expect(bundles).toHaveLength(STEPS.length);
});

/** Compiles only while the props and the schema have the same fields, and take the same values. */
const takes = (input: ConfigInput): FleetwideConfig => input;
const knows = (field: keyof FleetwideConfig): keyof ConfigInput => field;

test('each field has its documentation', () => {
  expect([takes, knows]).toHaveLength(2);
  const bare: string[] = [];
  const look = (field: Field, path: string): void => {
    for (const [name, each] of Object.entries(field.properties ?? {})) {
      const here = `${path}${name}`;
      if (!each.description) bare.push(here);
      // A schedule holds a request, which has its own schema and page.
      if (here === 'schedules') continue;
      look(each, `${here}.`);
      if (each.items) look(each.items, `${here}[].`);
    }
  };
  look(Field.parse(configJsonSchema()), '');
  expect(bare).toEqual([]);
});
