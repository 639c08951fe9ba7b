/** What `fleetwide cost` counts is what the stacks create. */
import { expect, test } from '@jest/globals';
import { costOf } from '../../cli/cost/cost.ts';
import { FREE, PRICED } from '../../cli/cost/free.ts';
import { parseConfig, type ConfigInput } from '../../contract/config.ts';
import { HUB, resourcesOf, templatesOf, typesOf } from './support.ts';

const UNIT = 'ou-ab12-11111111';
const over: Partial<ConfigInput> = {
  organizationId: 'o-a1b2c3d4e5',
  encryption: 'KMS',
  notifications: { emails: ['ops@example.com'] },
  endpoints: { vpcs: [{ name: 'main' }, { name: 'data' }], logs: true, kms: true },
  onboarding: { organizationalUnits: [{ id: UNIT, endpoints: true }] },
  schedules: [
    {
      name: 'nightly',
      expression: 'rate(1 day)',
      request: {
        action: { type: 'command', linux: ['true'] },
        targets: { accounts: ['organization'], regions: ['eu-west-1'], allNodes: true },
        requester: 'nightly',
      },
    },
  ],
};
const templates = templatesOf(over);
const { items } = costOf(
  parseConfig({
    hub: { account: HUB, region: 'eu-west-1' },
    regions: ['eu-west-1', 'us-east-1'],
    externalId: 'an-external-id-for-tests',
    ...over,
  }),
  { zones: 1, accounts: new Map() },
);
const counted = (what: string, of: string) =>
  items.find((item) => item.what.startsWith(what))?.factors.find((factor) => factor.of === of)
    ?.count;
const made = (template: unknown, type: string) => resourcesOf(template, type).length;

test('keys, alarms and the dashboard', () => {
  const { hub, region } = templates;
  // A stack like this one in each of the two Regions.
  expect(counted('keys', 'keys')).toBe(
    made(hub, 'AWS::KMS::Key') + 2 * made(region, 'AWS::KMS::Key'),
  );
  expect(counted('alarms', 'alarms')).toBe(made(hub, 'AWS::CloudWatch::Alarm'));
  expect(counted('dashboard', 'dashboard')).toBe(made(hub, 'AWS::CloudWatch::Dashboard'));
});

test('interface endpoints of each VPC; the others are gateways, which are free', () => {
  const all = resourcesOf(templates.spokeRegion, 'AWS::EC2::VPCEndpoint');
  const interfaces = all.filter(({ Properties }) => Properties['VpcEndpointType'] === 'Interface');
  const vpcs = counted('interface', 'VPCs') ?? 0;
  expect(vpcs * (counted('interface', 'endpoints') ?? 0)).toBe(interfaces.length);
  expect(all.length - interfaces.length).toBe(vpcs);
});

test('a type of resource that nobody thought of is seen', () => {
  const types = new Set(Object.values(templates).flatMap((template) => typesOf(template)));
  expect([...types].toSorted()).toEqual([...FREE, ...PRICED].toSorted());
});
