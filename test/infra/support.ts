import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { z } from 'zod';
import { type ConfigInput, parseConfig } from '../../contract/config.ts';
import { featureFlags } from '../../lib/configFile.ts';
import { fleetwide } from '../../lib/fleetwide.ts';

export const HUB = '111122223333';

/** A function's folder; what is in it does not matter to a template. */
const code = mkdtempSync(join(tmpdir(), 'code-'));
writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => null;\n');

export interface Templates {
  readonly hub: unknown;
  readonly region: unknown;
  readonly spoke: unknown;
  readonly spokeRegion: unknown;
  /** Undefined where the configuration onboards nobody. */
  readonly onboarding: unknown;
}

/** The stacks' templates, without bundling: `over` changes fields of the example configuration. */
export function templatesOf(over: Partial<ConfigInput> = {}): Templates {
  const config = parseConfig({
    hub: { account: HUB, region: 'eu-west-1' },
    regions: ['eu-west-1', 'us-east-1'],
    externalId: 'an-external-id-for-tests',
    ...over,
  });
  const app = new App({ context: featureFlags(), analyticsReporting: false });
  const { hub, regions, spoke, spokeRegion, onboarding } = fleetwide(app, {
    config,
    code: () => Code.fromAsset(code),
  });
  const [home, abroad] = regions;
  if (!home || !abroad) throw new Error('the example configuration has two Regions');
  return {
    hub: Template.fromStack(hub).toJSON(),
    region: Template.fromStack(abroad).toJSON(),
    spoke: Template.fromStack(spoke).toJSON(),
    spokeRegion: Template.fromStack(spokeRegion).toJSON(),
    onboarding: onboarding && Template.fromStack(onboarding).toJSON(),
  };
}

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const Resources = z.object({ Resources: z.record(z.string(), Resource) });
export type Properties = Readonly<Record<string, unknown>>;

/** Resources of a type, intrinsic functions written as text: `<Results.Arn>/dispatches/*`. */
export const resourcesOf = (template: unknown, type: string) =>
  Object.values(Resources.parse(template).Resources)
    .filter(({ Type }) => Type === type)
    .map((resource) => ({
      ...resource,
      Properties: z.record(z.string(), z.unknown()).parse(plain(resource.Properties)),
    }));

/** The one resource of a type whose property `name` is `value`. */
export function resourceOf(template: unknown, type: string, name: string, value: string) {
  const found = resourcesOf(template, type).filter(({ Properties }) => Properties[name] === value);
  if (found.length !== 1 || !found[0])
    throw new Error(`${found.length} ${type} whose ${name} is ${value}`);
  return found[0];
}

export const typesOf = (template: unknown): readonly string[] =>
  [
    ...new Set(Object.values(Resources.parse(template).Resources).map(({ Type }) => Type)),
  ].toSorted();

/** The CDK's logical ids end with a hash of eight digits. */
const short = (id: unknown) => String(id).replace(/[0-9A-F]{8}$/, '');

export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === 'Ref') return `<${short(argument)}>`;
    if (key === 'Fn::GetAtt' && Array.isArray(argument))
      return `<${short(argument[0])}.${String(argument[1])}>`;
    if (key === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1]))
      return argument[1].map(plain).join(String(argument[0]));
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z.strictObject({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.unknown().optional(),
});
const InlinePolicies = z.array(
  z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) }),
);

/** Order means nothing in a policy. */
export const sorted = (texts: readonly string[]) => texts.toSorted().join(' ');

/** A role's statements, one line each: `Sid: actions on resources [if condition]`. */
export const statementsOf = (template: unknown, roleName: string): readonly string[] =>
  InlinePolicies.parse(
    resourceOf(template, 'AWS::IAM::Role', 'RoleName', roleName).Properties['Policies'],
  )
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map(
      ({ Sid, Action, Resource: on, Condition }) =>
        `${Sid}: ${sorted(Action)} on ${sorted(on)}` +
        (Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`),
    );
