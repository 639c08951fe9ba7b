/** Files from nodes, as they lie in the hub and here: whole and verified, or refused with the reason. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../lambdas/shared/action.ts';
import type { Node, NodeSpec } from '../../local/fleet/index.ts';
import { textOf } from './support/causes.ts';
import { cliOf } from './support/cli.ts';
import { BUCKET, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

let world: World;
let scratch: string;
beforeAll(async () => {
  world = await makeWorld();
  scratch = mkdtempSync(join(tmpdir(), 'fleetwide-fetch-'));
});
afterAll(async () => {
  await world.close();
  rmSync(scratch, { recursive: true, force: true });
});

const put = (node: Node, name: string, content: string | Uint8Array) => {
  const path = join(world.aws.fleet.home(node.id), name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
};
const rowOf = (id: string, node: Node) => world.rows(id).find((row) => row.node === node.id);
const kept = (key = '') => world.aws.s3.read(BUCKET, key);

let number = 0;
/** New nodes under a tag of their own, and a fetch from them. */
function fetching(action: object, specs: readonly Partial<NodeSpec>[] = [{}]) {
  const id = `fetch-${number++}`;
  const nodes = specs.map((spec) => world.node({ tags: { Kind: id }, ...spec }));
  const [first] = nodes;
  if (!first) throw new Error('no node');
  const targets = { accounts: [...SPOKES], regions: [...REGIONS], tags: { Kind: [id] } };
  const run = () => world.dispatch(id, request({ action: { type: 'fetch', ...action }, targets }));
  return { id, nodes, node: first, run };
}

describe('a fetch', () => {
  it('brings the file of each node, byte for byte, with the hash that the node made', async () => {
    const { id, nodes, run } = fetching({ linux: "~/var/it's a $(log).log" }, [
      {},
      { region: REGIONS[1] },
      { account: SPOKES[1] },
    ]);
    const contents = nodes.map((_, i) => Buffer.from([0, 255, 254, 10, 13, i, 0]));
    for (const [i, node] of nodes.entries())
      put(node, "var/it's a $(log).log", contents[i] ?? Buffer.alloc(0));
    expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
    for (const [i, node] of nodes.entries()) {
      const file = rowOf(id, node)?.file;
      expect(file).toEqual({
        path: "~/var/it's a $(log).log",
        kind: 'file',
        bytes: 7,
        sha256: sha256(contents[i] ?? ''),
        key: `dispatches/${id}/output/${node.account}/${node.region}/${node.id}/files/it_s_a___log_.log`,
      });
      expect(kept(file?.key)).toEqual(contents[i]);
    }
    // What was said to the hub is no output of the node.
    expect(world.rows(id)[0]?.stderr).toMatchObject({ source: 'none', bytes: 0 });
    expect(world.report(id)).toMatchObject({ files: { count: 3, bytes: 21 } });
  });

  it('brings a directory as an archive of what is in it', async () => {
    const { id, node, run } = fetching({ linux: '~/etc/app' });
    put(node, 'etc/app/app.conf', 'a\n');
    put(node, 'etc/app/conf.d/sub dir/b.conf', 'b\n');
    expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
    const file = rowOf(id, node)?.file;
    expect(file).toMatchObject({
      kind: 'directory',
      key: expect.stringMatching(/\/app\.tar\.gz$/),
    });
    const archive = kept(file?.key) ?? Buffer.alloc(0);
    expect(sha256(archive)).toBe(file?.sha256);
    const names = execFileSync('tar', ['-tzf', '-'], { input: archive, encoding: 'utf-8' });
    expect(names.split('\n')).toEqual(
      expect.arrayContaining(['./app.conf', './conf.d/sub dir/b.conf']),
    );
  });

  it('brings an empty file as one', async () => {
    const { id, node, run } = fetching({ linux: '~/empty' });
    put(node, 'empty', '');
    expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
    const file = rowOf(id, node)?.file;
    expect(file).toMatchObject({ bytes: 0, sha256: sha256('') });
    expect(kept(file?.key)).toEqual(Buffer.alloc(0));
  });

  it('brings 100 MB through no function’s memory, and what is larger not in part', async () => {
    const size = 100 * 1024 ** 2;
    const { id, nodes, run } = fetching({ linux: '~/big' }, [{}, {}]);
    const [fits, large] = nodes;
    if (!fits || !large) throw new Error('no nodes');
    put(fits, 'big', Buffer.alloc(size, 'x'));
    put(large, 'big', Buffer.alloc(size + 1, 'x'));
    await run();
    const file = rowOf(id, fits)?.file;
    expect(file).toMatchObject({ bytes: size, sha256: sha256(Buffer.alloc(size, 'x')) });
    expect(kept(file?.key)?.length).toBe(size);
    const refused = rowOf(id, large);
    expect(refused).toMatchObject({
      outcome: 'failed',
      exitCode: 125,
      reason: {
        code: 'notFetched',
        message: expect.stringMatching(/big has 104857601 bytes, more than the 104857600 of max/),
      },
    });
    expect(refused).not.toHaveProperty('file');
  });

  it.each([
    ['a path that is not there', '~/nowhere', /nowhere is not there$/],
    ['a directory of which the archive is too large', '~/noise', /noise has more than the 50000 b/],
    ['what is neither file nor directory', '/dev/null', /null is neither a file nor a directory$/],
  ])('says so of %s', async (_what, linux, said) => {
    const { id, node, run } = fetching({ linux, maxBytes: 50_000 });
    // Not to be compressed.
    for (let i = 0; i < 4; i++)
      put(
        node,
        `noise/${i}`,
        Buffer.from(Array.from({ length: 20_000 }, (_, n) => noise(n * 4 + i))),
      );
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'NodesDidNotSucceed' });
    expect(rowOf(id, node)).toMatchObject({
      outcome: 'failed',
      reason: { code: 'notFetched', message: expect.stringMatching(said) },
      stderr: { text: expect.stringMatching(/: not fetched\n/) },
    });
    expect(world.aws.s3.list(BUCKET, `dispatches/${id}/output/`)).toEqual([]);
  });

  it('does not succeed where a node may not upload, or where something else arrives', async () => {
    const roleArn = `arn:aws:iam::${SPOKES[0]}:role/no-uploads`;
    world.aws.iam.putRole({
      account: SPOKES[0],
      name: 'no-uploads',
      path: '/',
      trust: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ec2.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      },
      maxSessionSeconds: 3600,
    });
    const stated = `fleetwide: fetched a file of 5 bytes, SHA-256 ${sha256('hello')}\n`;
    const sends = (stdout: string): Partial<NodeSpec> => ({
      behaviour: () => ({ stdout, stderr: stated }),
    });
    const { id, nodes, run } = fetching({ linux: '~/file' }, [
      { roleArn },
      sends('hell'),
      sends('hello'),
    ]);
    for (const node of nodes) put(node, 'file', 'hello');
    await run();
    const [silent, cut, whole] = nodes.map((node) => rowOf(id, node));
    expect(silent).toMatchObject({ outcome: 'failed', reason: { code: 'fileMissing' } });
    expect(cut).toMatchObject({
      outcome: 'failed',
      reason: { code: 'fileDiffers', message: expect.stringMatching(/4 bytes .* not 5 with/) },
    });
    for (const row of [silent, cut]) expect(row).not.toHaveProperty('file');
    expect(whole).toMatchObject({ outcome: 'succeeded', file: { bytes: 5 } });
    expect(world.report(id).counts).toEqual({ succeeded: 1, failed: 2 });
  });

  it('asks Windows nodes for a path of theirs, and skips them where there is none', async () => {
    const content = Buffer.from([0, 1, 2, 255]);
    const windows: Partial<NodeSpec> = {
      platformType: 'Windows',
      behaviour: () => ({
        stdout: content,
        stderr: `fleetwide: fetched a file of 4 bytes, SHA-256 ${sha256(content)}\r\n`,
      }),
    };
    const both = fetching({ linux: '~/a.log', windows: 'C:\\logs\\a.log' }, [windows, {}]);
    put(both.nodes[1] ?? both.node, 'a.log', 'linux\n');
    expect(await both.run()).toMatchObject({ status: 'SUCCEEDED' });
    expect(rowOf(both.id, both.node)?.file).toMatchObject({ path: 'C:\\logs\\a.log', bytes: 4 });
    const none = fetching({ linux: '~/a.log' }, [windows]);
    await none.run();
    expect(rowOf(none.id, none.node)).toMatchObject({
      outcome: 'skipped',
      reason: { message: expect.stringContaining('the fetch has no windows path') },
    });
  });

  it('is refused where it would go through a log', async () => {
    const ended = await world.dispatch(
      'fetch-log',
      request({ action: { type: 'fetch', linux: '/etc/hosts' }, output: 'cloudwatch' }),
    );
    expect(ended).toMatchObject({ error: 'InvalidRequest' });
    expect(textOf(ended)).toContain('- output: "cloudwatch" says nothing about a fetch');
  });
});

describe('from the command line', () => {
  const targets = ['--accounts', SPOKES[0], '--regions', REGIONS[0], '--tag', 'Kind=cli'];

  let cli: ReturnType<typeof cliOf>;
  beforeAll(() => {
    cli = cliOf(world);
  });

  it('fetches, lists what there is and brings it here, verified', async () => {
    const nodes = [0, 1].map((n) => world.node({ tags: { Kind: 'cli', Name: `app-${n}` } }));
    for (const [n, node] of nodes.entries()) put(node, 'var/app.log', `of node ${n}\n`);
    const words = ['run', '--yes', ...targets, '--fetch', '~/var/app.log', '--name', 'cli-fetch'];
    const ran = await cli(...words, '--max-bytes', '1000');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('Fetched: 2 files, 20 bytes');
    const listed = await cli('files', 'cli-fetch');
    for (const [n, node] of nodes.entries()) {
      expect(listed.stdout).toContain(node.id);
      expect(listed.stdout).toContain(sha256(`of node ${n}\n`));
    }
    expect(await cli('files', 'cli-fetch', '--to', scratch)).toMatchObject({ code: 0 });
    for (const [n, node] of nodes.entries()) {
      const directory = join(scratch, SPOKES[0], REGIONS[0], node.id);
      expect(readdirSync(directory)).toEqual(['app.log']);
      expect(readFileSync(join(directory, 'app.log'), 'utf-8')).toBe(`of node ${n}\n`);
    }
    const one = world.rows('cli-fetch')[0]?.file?.key ?? '';
    world.aws.s3.write(BUCKET, one, 'another');
    const altered = await cli('files', 'cli-fetch', '--to', join(scratch, 'again'));
    expect(altered.code).toBe(3);
    expect(altered.stderr).toMatch(/the node read .*; it was not kept/);
  });

  it.each([
    [['run', ...targets, '--fetch', 'relative', '--yes'], /action\.linux: is no absolute path/],
    [['run', ...targets, '--max-bytes', '5', '--', 'true'], /says nothing without --fetch/],
    [['run', ...targets, '--fetch', '/a', '--', 'true'], /give one of them, not several/],
    [['files', 'cli-fetch', '--node', 'nobody'], /has no node nobody/],
  ])('refuses %j', async (words, said) => {
    const ended = await cli(...words);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(said);
  });
});

/** Bytes without a pattern. */
const noise = (n: number): number => Number.parseInt(sha256(String(n)).slice(0, 2), 16);
