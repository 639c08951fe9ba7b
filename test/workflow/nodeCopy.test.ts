/** Copies from one node to the others, in one request: what lies on each node afterwards, and who went when. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exchangeBucketName } from '../../contract/names.ts';
import { sha256 } from '../../lambdas/shared/action.ts';
import type { Node, NodeSpec } from '../../local/fleet/index.ts';
import { textOf } from './support/causes.ts';
import { cliOf } from './support/cli.ts';
import { HUB, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

const put = (node: Node, name: string, content: string) => {
  const path = join(world.aws.fleet.home(node.id), name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
};
const rowOf = (id: string, node: Node) => world.rows(id).find((row) => row.node === node.id);

let number = 0;
/** A source in the second account, which carries another tag, and others in all accounts and both Regions. */
function fleet(source: Partial<NodeSpec> = {}) {
  const id = `node-copy-${number++}`;
  const from = world.node({ account: SPOKES[1], tags: { Kind: 'source' }, ...source });
  const others = SPOKES.flatMap((account) =>
    REGIONS.map((region) => world.node({ account, region, tags: { Kind: id } })),
  );
  const targets = { accounts: [...SPOKES], regions: [...REGIONS], tags: { Kind: [id] } };
  const run = (action: object, change: object = {}) =>
    world.dispatch(id, request({ action: { type: 'copy', ...action }, targets, ...change }));
  return { id, from, others, run };
}

it('the others get what the source has, through the exchange bucket of their Region', async () => {
  const { id, from, others, run } = fleet();
  put(from, 'etc/app.conf', "it's $(here)\n✓");
  const hash = sha256("it's $(here)\n✓");
  const ended = await run({
    node: { id: from.id, path: '~/etc/app.conf' },
    linux: { path: '~/new/app.conf', mode: '0640' },
  });
  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
  for (const node of others) expect(world.file(node, 'new/app.conf')).toBe("it's $(here)\n✓");
  expect(world.file(from, 'new/app.conf')).toBeUndefined();
  expect(world.plan(id).waves).toMatchObject([
    { size: 'source', nodes: 1 },
    { size: '100%', nodes: 6 },
  ]);
  expect(rowOf(id, from)).toMatchObject({ wave: 1, file: { sha256: hash, bytes: 16 } });
  for (const region of REGIONS)
    expect(world.aws.s3.list(exchangeBucketName(HUB, region), 'artifacts/')).toContain(
      `artifacts/${hash}/app.conf`,
    );
});

it('a directory, in the waves that the request has for the others', async () => {
  const { id, from, others, run } = fleet();
  put(from, 'site/index.html', 'new');
  put(from, 'site/a b/c.html', 'deep');
  for (const node of others) put(node, 'site/old.html', 'old');
  const ended = await run(
    { node: { id: from.id, path: '~/site' }, directory: true, linux: { path: '~/site' } },
    { waves: ['1', '50%', '100%'] },
  );
  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
  expect(world.plan(id).waves.map((wave) => wave.nodes)).toEqual([1, 1, 2, 3]);
  for (const node of others) {
    expect(world.file(node, 'site/a b/c.html')).toBe('deep');
    expect(readdirSync(join(world.aws.fleet.home(node.id), 'site')).toSorted()).toEqual([
      'a b',
      'index.html',
    ]);
  }
});

it.each([
  ['has not got it', {}, { path: '~/nowhere' }, /nowhere is not there/],
  ['has a directory there', {}, { path: '~/etc' }, /etc is no file/],
  ['has more than it may', {}, { path: '~/etc/app.conf', maxBytes: 2 }, /more than the 2 of maxB/],
])('nobody gets anything where the source %s', async (_what, source, node, said) => {
  const { id, from, others, run } = fleet(source);
  put(from, 'etc/app.conf', 'content');
  for (const other of others) put(other, 'app.conf', 'old');
  const ended = await run({ node: { id: from.id, ...node }, linux: { path: '~/app.conf' } });
  expect(ended).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
  expect(rowOf(id, from)?.reason?.message).toMatch(said);
  for (const other of others) {
    expect(rowOf(id, other)).toMatchObject({ outcome: 'skipped', reason: { code: 'noSource' } });
    expect(world.file(other, 'app.conf')).toBe('old');
  }
});

it('nobody gets anything where the source is offline, or nowhere', async () => {
  const { id, from, others, run } = fleet({ pingStatus: 'ConnectionLost' });
  await run({ node: { id: from.id, path: '~/x' }, linux: { path: '~/x' } });
  expect(rowOf(id, from)).toMatchObject({ outcome: 'skipped', reason: { code: 'offline' } });
  for (const other of others) expect(rowOf(id, other)?.reason?.code).toBe('noSource');
  const lost = fleet();
  await lost.run({ node: { id: 'i-0123456789abcdef0', path: '~/x' }, linux: { path: '~/x' } });
  expect(world.report(lost.id)).toMatchObject({
    succeeded: false,
    notFound: ['i-0123456789abcdef0'],
    counts: { skipped: 6 },
  });
});

it('a plan of it is run as it was frozen', async () => {
  const { id, from, others, run } = fleet();
  put(from, 'x', 'planned');
  const action = { node: { id: from.id, path: '~/x' }, linux: { path: '~/x' } };
  await run(action, { mode: 'plan' });
  expect(
    world.aws.s3.list(exchangeBucketName(HUB, REGIONS[0]), `output/${SPOKES[1]}/${id}`),
  ).toEqual([]);
  expect(await world.dispatch(`${id}-run`, { plan: id })).toMatchObject({ status: 'SUCCEEDED' });
  for (const node of others) expect(world.file(node, 'x')).toBe('planned');
});

it('is refused with another content, inline, or of a sample', async () => {
  const { run, from } = fleet();
  const linux = { path: '/x' };
  const node = { id: from.id, path: '/x' };
  const said = [
    await run({ node: { id: 'i-1', path: 'relative' }, linux }),
    await fleet().run({ node, text: 'x', linux, delivery: 'inline' }),
    await world.dispatch(
      'sampled',
      request({
        action: { type: 'copy', node, linux },
        targets: {
          accounts: [SPOKES[0]],
          regions: ['eu-west-1'],
          allNodes: true,
          sample: { count: 1 },
        },
      }),
    ),
  ];
  const problems = said.map(textOf).join('\n');
  expect(problems).toContain('- targets.sample: draws some');
  expect(problems).toContain('- action: has 2 contents');
  expect(problems).toContain('- action.node.id: expected an instance id');
  expect(problems).toContain('- action.node.path: is no absolute path');
  expect(problems).toContain('- action.delivery: is "inline"');
});

describe('from the command line', () => {
  it('copies from a node', async () => {
    const { from, others, id } = fleet();
    put(from, 'app.conf', 'typed\n');
    const words = ['--accounts', SPOKES.join(), '--regions', REGIONS.join(), '--tag', `Kind=${id}`];
    const copy = ['--copy', `${from.id}:~/app.conf:~/to/app.conf`, '--mode', '0600'];
    const said = await cliOf(world)('run', '--yes', ...words, ...copy);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    for (const node of others) expect(world.file(node, 'to/app.conf')).toBe('typed\n');
  });
});
