/** local/SUPPORT.md says what the embedded AWS covers: here it is held against the registries. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { type EmbeddedAws, startAws } from '../../../local/aws.ts';
import { VirtualClock } from '../../../local/core/clock.ts';
import type { Service } from '../../../local/core/operation.ts';
import { readAssembly } from '../../../local/deploy/index.ts';
import { RESOURCE_TYPES } from '../../../local/deploy/resources/index.ts';
import { PropertiesRefused } from '../../../local/deploy/resourceType.ts';
import { createEc2 } from '../../../local/services/ec2/index.ts';
import { createOrganizations } from '../../../local/services/organizations/index.ts';
import { logsService } from '../../../local/services/logs/index.ts';
import { iamService } from '../../../local/services/iam/index.ts';
import { s3Service } from '../../../local/services/s3/service.ts';
import { createEventsService } from '../../../local/services/events/index.ts';
import { createResourceGroups } from '../../../local/services/resourceGroups/index.ts';
import { createSecretsManager } from '../../../local/services/secretsManager/index.ts';
import { createSns } from '../../../local/services/sns/index.ts';
import { createSqs } from '../../../local/services/sqs/index.ts';
import { createSsm } from '../../../local/services/ssm/index.ts';
import { stsService } from '../../../local/services/sts/service.ts';
import { createTaskRunner } from '../../../local/tasks.ts';
import { WIRE } from '../../../local/wire/protocols.ts';

const TEXT = await readFile(
  join(import.meta.dirname, '..', '..', '..', 'local', 'SUPPORT.md'),
  'utf-8',
);

/** Sections by the code that their heading ends with. */
const SECTIONS: ReadonlyMap<string, string> = new Map(
  TEXT.split(/^##+ /m).flatMap((section) => {
    const [, name] = /^.*`([^`]+)`\n/.exec(section) ?? [];
    return name === undefined ? [] : [[name, section] as const];
  }),
);

/** The rows of a section's table: the code in the first cell → the codes in each of the others. */
const rows = (name: string): ReadonlyMap<string, readonly (readonly string[])[]> =>
  new Map(
    (SECTIONS.get(name) ?? '').split('\n').flatMap((line) => {
      const [, first, rest] = /^\| `([^`]+)` *\|(.*)\|$/.exec(line) ?? [];
      return first === undefined || rest === undefined
        ? []
        : [[first, rest.split('|').map(codes)] as const];
    }),
  );
const codes = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

const listed = (name: string): string[] => [...rows(name).keys()].toSorted(alphabetically);
const alphabetically = (a: string, b: string): number => (a < b ? -1 : 1);
const sorted = (names: Iterable<string>): string[] => [...names].toSorted(alphabetically);

let root: string;
let aws: EmbeddedAws;
let services: ReadonlyMap<string, Service>;
let integrations: readonly string[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fleetwide-support-'));
  const clock = new VirtualClock(0);
  aws = await startAws({ root, clock });
  const { fleet, iam, ledger, lambda, organizations, regions } = aws;
  const never = () => {
    throw new Error('no operation is called here');
  };
  const deps = { clock, fleet, authorize: never, newId: never, iam, store: aws.s3 };
  const all = [
    createEc2({ ...deps, regions }),
    createOrganizations({ organizations, authorize: never, wallClock: never }),
    logsService({ clock, authorize: never, store: aws.logs }),
    iamService(deps),
    s3Service(deps),
    createSsm(deps),
    stsService(deps),
  ];
  const { states, scheduler, events, topics, queues, resourceGroups, secrets } = aws;
  const more = [
    states.service,
    scheduler,
    createResourceGroups({ ...deps, groups: resourceGroups }),
    createSecretsManager({ ...deps, secrets }),
    createEventsService({ ...deps, bus: events }),
    createSns({ ...deps, topics }),
    createSqs({ ...deps, queues, endpointUrl: never }),
  ];
  services = new Map([...all, ...more].map((each) => [each.id, each]));
  integrations = createTaskRunner({ ...deps, ledger, lambda, invokeInternal: never }).resources;
});
afterAll(async () => {
  await aws.close();
  await rm(root, { recursive: true, force: true });
});

const IDS = [
  'ec2',
  'events',
  'iam',
  'logs',
  'organizations',
  'resource-groups',
  's3',
  'scheduler',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'states',
  'sts',
];

/** Nobody's signature: without one a request of REST is taken for S3's. */
const signed = (id: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/${id}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
  'x-amz-date': '20260101T000000Z',
});

describe('services', () => {
  it.each(IDS)('the operations of %s', (id) => {
    expect(listed(id)).toEqual(sorted(Object.keys(services.get(id)?.operations ?? {})));
  });

  it.each(Object.entries(WIRE))('%s is run if and only if it has a section', async (id, wire) => {
    const target = { 'x-amz-target': `${wire.json?.target}.Nothing` };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(aws.url, {
      method: wire.protocol.startsWith('rest') ? 'GET' : 'POST',
      headers: wire.json ? target : wire.protocol === 'restJson' ? signed(id) : form,
      ...(wire.version && { body: `Action=Nothing&Version=${wire.version}` }),
    });
    const refused = (await response.text()).includes(`does not run the service ${id}`);
    expect(refused).toBe(!services.has(id));
    expect(SECTIONS.has(id)).toBe(!refused);
  });
});

it('the integrations of state machines', () => {
  expect(listed('states:::')).toEqual(
    sorted(integrations.map((resource) => resource.split(':::')[1] ?? '')),
  );
});

describe('resource types', () => {
  it('are those of the registry', () => {
    expect(listed('AWS::CloudFormation::Stack')).toEqual(sorted(RESOURCE_TYPES.keys()));
  });

  /** What a type says of these properties, each with a value that fits none. */
  function refusals(type: string, properties: readonly string[]): readonly string[] {
    const place = { account: '', region: '', assets: new Map(), roleArn: () => '' };
    try {
      RESOURCE_TYPES.get(type)?.plan(
        Object.fromEntries(properties.map((each) => [each, NaN])),
        place,
      );
    } catch (error) {
      if (error instanceof PropertiesRefused) return error.problems;
      throw error;
    }
    return [];
  }

  it.each(sorted(RESOURCE_TYPES.keys()))('%s knows its properties', (type) => {
    const [used = [], inert = []] = rows('AWS::CloudFormation::Stack').get(type) ?? [];
    const said = refusals(type, [...used, ...inert]);
    for (const property of used) {
      expect(said).not.toContain(`${property}: not implemented by the embedded AWS`);
      expect(said.some((line) => line.startsWith(`${property}:`))).toBe(true);
    }
    for (const property of inert)
      expect(said.filter((line) => line.startsWith(`${property}:`))).toEqual([]);
    expect(refusals(type, ['Another'])).toContain('Another: not implemented by the embedded AWS');
  });

  const Template = z.object({
    Resources: z.record(
      z.string(),
      z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
    ),
  });

  it('are documented with every property that the app uses', () => {
    const documented = rows('AWS::CloudFormation::Stack');
    const missing = [...readAssembly(process.env.FLEETWIDE_TEST_ASSEMBLY ?? '').values()]
      .flatMap(({ template }) => Object.values(Template.parse(template).Resources))
      .flatMap(({ Type, Properties }) =>
        Object.keys(Properties)
          .filter((name) => !documented.get(Type)?.flat().includes(name))
          .map((name) => `${Type} ${name}`),
      );
    expect(missing).toEqual([]);
  });
});
