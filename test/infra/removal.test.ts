/** What synthesis says about removing all of it: the order that docs/onboarding.md gives, and what is left behind. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as z from 'zod';
import { type ConfigInput, parseConfig } from '../../contract/config.ts';
import { featureFlags } from '../../lib/configFile.ts';
import { fleetwide } from '../../lib/fleetwide.ts';
import { HUB } from './support.ts';

const code = mkdtempSync(join(tmpdir(), 'removal-'));
writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => null;\n');

const Template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      DeletionPolicy: z.string().optional(),
      DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
    }),
  ),
});

function assembly(over: Partial<ConfigInput> = {}) {
  const app = new App({ context: featureFlags(), analyticsReporting: false });
  const config = parseConfig({
    hub: { account: HUB, region: 'eu-west-1' },
    regions: ['eu-west-1', 'us-east-1'],
    externalId: 'an-external-id-for-tests',
    organizationId: 'o-a1b2c3d4e5',
    encryption: 'KMS',
    endpoints: { vpcs: [{ name: 'main' }] },
    onboarding: {
      organizationalUnits: [
        { id: 'ou-ab12-11111111', endpoints: true },
        { id: 'ou-ab12-22222222' },
      ],
    },
    ...over,
  });
  fleetwide(app, { config, code: () => Code.fromAsset(code) });
  return app.synth().stacks.map((stack) => {
    const template: unknown = stack.template;
    return { stack, template: Template.parse(template) };
  });
}
const all = assembly();

test('the documented order names every stack once: what reaches into other accounts first, the hub last', () => {
  const page = readFileSync(new URL('../../docs/onboarding.md', import.meta.url), 'utf-8');
  const section = page.split('## Removing all of it')[1]?.split('\n## ')[0] ?? '';
  const patterns = [...section.matchAll(/^npx cdk destroy '?([\w*-]+)'?$/gm)].map(
    ([, name = '']) => new RegExp(`^${name.replaceAll('*', '.*')}$`),
  );
  const removed = patterns.flatMap((pattern) =>
    all.map(({ stack }) => stack.stackName).filter((name) => pattern.test(name)),
  );
  expect(removed).toEqual([
    'Onboarding',
    'SpokeRegion',
    'SpokeAccount',
    'HubRegion-eu-west-1',
    'HubRegion-us-east-1',
    'Hub',
  ]);
  expect(removed.toSorted()).toEqual(all.map(({ stack }) => stack.stackName).toSorted());
});

test('no stack holds another: none imports, exports or depends', () => {
  const names = new Set(all.map(({ stack }) => stack.id));
  for (const { stack, template } of all) {
    expect(JSON.stringify(template)).not.toMatch(/Fn::ImportValue|"Export":/);
    const stacks = stack.dependencies.map(({ id }) => id).filter((id) => names.has(id));
    expect([stack.stackName, stacks]).toEqual([stack.stackName, []]);
  }
});

test('the stack sets go Regions first, roles last', () => {
  const { Resources } = all.find(({ stack }) => stack.stackName === 'Onboarding')?.template ?? {
    Resources: {},
  };
  const dependent = Object.entries(Resources).map(([name, { DependsOn }]) => [name, DependsOn]);
  // What depends on another is removed before it.
  expect(Object.fromEntries(dependent)).toEqual({
    spokeaccount: undefined,
    spokeregion: ['spokeaccount'],
    spokeregionendpoints: ['spokeaccount'],
  });
});

const kept = (stacks: typeof all) =>
  stacks.flatMap(({ stack, template }) =>
    Object.values(template.Resources)
      .filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete')
      .map(({ Type }) => `${stack.stackName} ${Type}`),
  );

test('buckets stay with their keys, and nothing else; unless the configuration says otherwise', () => {
  const both = (name: string) => [`${name} AWS::KMS::Key`, `${name} AWS::S3::Bucket`];
  expect(kept(all).toSorted()).toEqual(
    ['Hub', 'HubRegion-eu-west-1', 'HubRegion-us-east-1'].flatMap(both).toSorted(),
  );
  expect(kept(assembly({ keepBuckets: false }))).toEqual([]);
});
