import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { STEPS } from '../../contract/names.ts';
import { readAssembly, synthesise } from '../../local/deploy/index.ts';
import { templatesOf, typesOf } from './support.ts';

const CONFIG = new URL('../../fleetwide.config.json', import.meta.url).pathname;
const folder = () => mkdtempSync(join(tmpdir(), 'assembly-'));

/** Every file of the assembly but the CDK's own records, by name. */
const contents = (directory: string) =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => /template\.json$|index\.mjs$|manifest\.json$/.test(path))
      .map((path) => [path.slice(directory.length), readFileSync(path, 'utf8')]),
  );

test('the app, run twice, writes the same bytes: templates, bundles and their hashes', async () => {
  const [one, two] = [folder(), folder()];
  await synthesise(one, CONFIG);
  await synthesise(two, CONFIG);
  const files = contents(one);
  expect(Object.keys(files).filter((name) => name.includes('/asset.'))).toHaveLength(STEPS.length);
  expect(contents(two)).toEqual(files);
  // Nothing of the machine it was built on is shipped.
  const bundles = Object.entries(files).filter(([name]) => name.endsWith('.mjs'));
  expect(bundles.filter(([, text]) => text.includes(process.cwd()))).toEqual([]);
  // Small, so that a cold start is short.
  for (const [name, text] of bundles)
    expect([name, Buffer.byteLength(text) < 1_000_000]).toEqual([name, true]);
});

test('the stacks are where the configuration says', async () => {
  const out = folder();
  const config = join(folder(), 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      hub: { account: '444455556666', region: 'eu-central-1' },
      regions: ['eu-central-1', 'ap-southeast-2'],
      externalId: 'another-external-id',
    }),
  );
  await synthesise(out, config);
  const stacks = [...readAssembly(out).values()];
  expect(stacks.map(({ stackName, account, region }) => [stackName, account, region])).toEqual([
    ['Hub', '444455556666', 'eu-central-1'],
    ['HubRegion-eu-central-1', '444455556666', 'eu-central-1'],
    ['HubRegion-ap-southeast-2', '444455556666', 'ap-southeast-2'],
    ['SpokeAccount', undefined, undefined],
    ['SpokeRegion', undefined, undefined],
  ]);
});

test('a configuration with faults is refused with all of them', async () => {
  const config = join(folder(), 'config.json');
  writeFileSync(config, JSON.stringify({ hub: { account: '1', region: 'x' }, regions: [] }));
  await expect(synthesise(folder(), config)).rejects.toThrow(/InvalidConfig/);
});

test('the stacks stand on their own and hold no resource that would need code of the CDK', () => {
  const { hub, region, spoke } = templatesOf();
  for (const template of [hub, region, spoke])
    expect(Object.keys(Object(template)).toSorted()).toEqual(['Description', 'Resources']);
  expect(typesOf(hub)).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::Events::Rule',
    'AWS::IAM::Role',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::S3::Bucket',
    'AWS::S3::BucketPolicy',
    'AWS::SNS::Topic',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
    'AWS::Scheduler::ScheduleGroup',
    'AWS::StepFunctions::StateMachine',
  ]);
  expect(typesOf(region)).toEqual(['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']);
  expect(typesOf(spoke)).toEqual(['AWS::IAM::InstanceProfile', 'AWS::IAM::Role']);
});
