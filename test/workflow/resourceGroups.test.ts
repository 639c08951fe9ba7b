/** Nodes by resource group: the example as it stands, groups of many pages, and what is no node or no group. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cliOf } from './support/cli.ts';
import { makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../examples/targets/resource-group');
const [FIRST, SECOND] = SPOKES;

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

const group = (account: string, name: string, members: object) =>
  world.aws.resourceGroups.put({
    account,
    region: REGIONS[0],
    name,
    members: { tags: {}, ...members },
  });
const instance = (id: string, account: string = FIRST) => ({
  type: 'AWS::EC2::Instance',
  arn: `arn:aws:ec2:${REGIONS[0]}:${account}:instance/${id}`,
});
const to = (resourceGroup: string, more: object = {}) =>
  request({
    action: { type: 'command', linux: ['touch "$HOME/reached"'] },
    targets: { accounts: [FIRST, SECOND], regions: [REGIONS[0]], resourceGroup, ...more },
  });
const nodesOf = (id: string) => new Set(world.rows(id).map((row) => row.node));

it('the example: by tags in one account, by a stack in the other', async () => {
  const tags = { Role: 'shop' };
  const tagged = [world.node({ tags }), world.node({ tags, id: `mi-${'a'.repeat(17)}` })];
  const stopped = world.node({ tags, state: 'stopped' });
  world.node({ tags: { Role: 'other' } });
  const made = world.node({ account: SECOND });
  world.node({ account: SECOND, tags });
  group(FIRST, 'shop-frontend', { tags: { Role: ['shop'] } });
  world.aws.resourceGroups.put({
    account: SECOND,
    region: REGIONS[0],
    name: 'shop-frontend',
    members: {
      stack: [
        { type: 'AWS::S3::Bucket', arn: 'arn:aws:s3:::shop-assets' },
        instance(made.id, SECOND),
      ],
    },
  });
  const input: unknown = JSON.parse(readFileSync(join(EXAMPLE, 'request.json'), 'utf-8'));
  await world.dispatch('resource-group', input);
  const reached = [...tagged, made];
  expect(reached.map((node) => world.file(node, 'visits'))).toEqual(reached.map(() => 'reached\n'));
  expect(nodesOf('resource-group')).toEqual(new Set([...reached, stopped].map((n) => n.id)));
  expect(world.rows('resource-group').find((row) => row.node === stopped.id)).toMatchObject({
    outcome: 'skipped',
    reason: { code: 'stopped' },
  });
  expect(readFileSync(join(EXAMPLE, 'README.md'), 'utf-8')).toContain(
    '--request examples/targets/resource-group/request.json',
  );
});

it('all pages of a group are read, and accounts without one have no part', async () => {
  const many = Array.from({ length: 60 }, () => world.node({ tags: { Kind: 'many' } }));
  group(FIRST, 'many', { tags: { Kind: ['many'] } });
  expect(await world.dispatch('many', to('many'))).toMatchObject({ status: 'SUCCEEDED' });
  expect(nodesOf('many')).toEqual(new Set(many.map((node) => node.id)));
  expect(world.report('many').skippedShards).toEqual([]);
});

it('a group that nobody has matches nothing, and says so', async () => {
  expect(await world.dispatch('none', to('none'))).toMatchObject({ error: 'NothingMatched' });
});

it('other targets narrow it, and no other way stands beside it', async () => {
  world.node({ tags: { Kind: 'narrow' }, platformType: 'Windows' });
  const linux = world.node({ tags: { Kind: 'narrow' } });
  group(FIRST, 'narrow', { tags: { Kind: ['narrow'] } });
  await world.dispatch('narrow', to('narrow', { platforms: ['Linux'] }));
  expect(nodesOf('narrow')).toEqual(new Set([linux.id]));
  expect(await world.dispatch('two', to('narrow', { allNodes: true }))).toMatchObject({
    error: 'InvalidRequest',
  });
});

it('an account that does not let its groups be read is skipped with the action', async () => {
  const mutated = await makeWorld({
    mutate: (template) =>
      JSON.parse(
        JSON.stringify(template).replaceAll('resource-groups:ListGroupResources', 'sts:Nothing'),
      ),
  });
  try {
    await mutated.dispatch('denied', to('any'));
    const reason = { code: 'AccessDenied', action: 'resource-groups:ListGroupResources' };
    expect(mutated.report('denied').skippedShards).toMatchObject(
      [FIRST, SECOND].map((account) => ({ account, reason })),
    );
  } finally {
    await mutated.close();
  }
});

it('from the command line', async () => {
  const node = world.node({ tags: { Kind: 'typed' } });
  group(FIRST, 'typed', { tags: { Kind: ['typed'] } });
  const words = ['--accounts', FIRST, '--regions', REGIONS[0], '--resource-group', 'typed'];
  const said = await cliOf(world)('run', '--yes', ...words, '--', 'touch "$HOME/reached"');
  expect(said).toMatchObject({ code: 0, stderr: '' });
  expect(world.file(node, 'reached')).toBe('');
});
