/** Copies to nodes, seen on the nodes: what lies where, whose it is, and what an interrupted or wrong one leaves. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exchangeBucketName } from '../../contract/names.ts';
import { sha256 } from '../../lambdas/shared/action.ts';
import type { Node } from '../../local/fleet/index.ts';
import { cliOf, type Said } from './support/cli.ts';
import { BUCKET, HUB, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

const only = (Kind: string) => ({
  accounts: [SPOKES[0]],
  regions: [REGIONS[0]],
  tags: { Kind: [Kind] },
});

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

describe('copy', () => {
  let world: World;
  let scratch: string;
  beforeAll(async () => {
    world = await makeWorld();
    scratch = mkdtempSync(join(tmpdir(), 'fleetwide-copy-'));
  });
  afterAll(async () => {
    await world.close();
    rmSync(scratch, { recursive: true, force: true });
  });
  const at = (node: Node, name: string) => join(world.aws.fleet.home(node.id), name);
  const mode = (node: Node, name: string) => (statSync(at(node, name)).mode & 0o7777).toString(8);
  const put = (node: Node, name: string, text: string) => {
    mkdirSync(join(at(node, name), '..'), { recursive: true });
    writeFileSync(at(node, name), text);
  };
  const rowOf = (id: string, node: string) => world.rows(id).find((row) => row.node === node);
  const copy = (id: string, action: object, Kind: string) =>
    world.dispatch(id, request({ action: { type: 'copy', ...action }, targets: only(Kind) }));

  describe.each(['s3', 'inline'] as const)('delivered by %s', (delivery) => {
    const Kind = `copy-${delivery}`;
    const text = "it's $(touch pwned) {{ kept }} ✓\n\n";

    it('puts a file where there was none, with the mode that it is given', async () => {
      const node = world.node({ tags: { Kind } });
      const linux = { path: "~/etc/new dir/it's.conf", mode: '0640' };
      const ended = await copy(`${Kind}-new`, { text, linux, delivery }, Kind);
      expect(ended).toMatchObject({ status: 'SUCCEEDED' });
      expect(world.file(node, "etc/new dir/it's.conf")).toBe(text);
      expect(mode(node, "etc/new dir/it's.conf")).toBe('640');
      // Nothing lies beside it any more.
      expect(readdirSync(at(node, 'etc/new dir'))).toEqual(["it's.conf"]);
      expect(rowOf(`${Kind}-new`, node.id)?.stdout?.text).toBe(at(node, "etc/new dir/it's.conf\n"));
    });

    it('replaces a file as a whole, and keeps its mode', async () => {
      const node = world.node({ tags: { Kind: `${Kind}-old` } });
      put(node, 'app.conf', 'old');
      chmodSync(at(node, 'app.conf'), 0o600);
      const before = statSync(at(node, 'app.conf')).ino;
      const base64 = Buffer.from([0, 255, 10, 13, 0]).toString('base64');
      await copy(`${Kind}-old`, { base64, linux: { path: '~/app.conf' }, delivery }, `${Kind}-old`);
      expect(world.file(node, 'app.conf')).toBe(Buffer.from(base64, 'base64').toString('utf-8'));
      expect(mode(node, 'app.conf')).toBe('600');
      // Another file took its place: who had it open still reads the old one.
      expect(statSync(at(node, 'app.conf')).ino).not.toBe(before);
    });

    it('leaves what is there alone when it cannot take its place', async () => {
      const tag = `${Kind}-directory`;
      const node = world.node({ tags: { Kind: tag } });
      put(node, 'app.conf/kept', 'kept');
      await copy(tag, { text, linux: { path: '~/app.conf' }, delivery }, tag);
      expect(rowOf(tag, node.id)).toMatchObject({
        outcome: 'failed',
        exitCode: 125,
        stderr: { text: expect.stringMatching(/app\.conf is a directory: not executed/) },
      });
      expect(world.file(node, 'app.conf/kept')).toBe('kept');
    });

    it('says so where an owner does not exist, and changes nothing', async () => {
      const tag = `${Kind}-owner`;
      const node = world.node({ tags: { Kind: tag } });
      put(node, 'app.conf', 'old');
      const linux = { path: '~/app.conf', owner: 'no-such-user' };
      await copy(tag, { text, linux, delivery }, tag);
      expect(rowOf(tag, node.id)).toMatchObject({
        outcome: 'failed',
        stderr: { text: expect.stringContaining('it cannot be given to no-such-user') },
      });
      expect(world.file(node, 'app.conf')).toBe('old');
      expect(readdirSync(at(node, '.')).filter((name) => name.startsWith('.fleetwide'))).toEqual(
        [],
      );
    });
  });

  it('makes a directory what an archive holds, as a whole', async () => {
    const node = world.node({ tags: { Kind: 'archive' } });
    put(node, 'site/old/gone.html', 'old');
    const source = join(scratch, 'site');
    mkdirSync(join(source, 'a b'), { recursive: true });
    writeFileSync(join(source, 'a b', 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    const archive = execFileSync('tar', ['-C', source, '-czf', '-', '.']);
    const action = {
      base64: archive.toString('base64'),
      directory: true,
      linux: { path: '~/site', owner: '0:0' },
    };
    expect(await copy('archive', action, 'archive')).toMatchObject({ status: 'SUCCEEDED' });
    expect(
      readdirSync(at(node, 'site'), { recursive: true, encoding: 'utf-8' }).toSorted(byText),
    ).toEqual(['a b', 'a b/run.sh']);
    expect(mode(node, 'site/a b/run.sh')).toBe('755');
    const broken = { ...action, base64: archive.subarray(0, 40).toString('base64') };
    await copy('archive-broken', broken, 'archive');
    expect(rowOf('archive-broken', node.id)).toMatchObject({
      outcome: 'failed',
      stderr: { text: expect.stringContaining('the archive cannot be unpacked') },
    });
    expect(world.file(node, 'site/a b/run.sh')).toBe('#!/bin/sh\n');
  });

  it('skips nodes of a platform that it has no path for', async () => {
    const node = world.node({ tags: { Kind: 'platform' }, platformType: 'Windows' });
    await copy('platform', { text: 'x', linux: { path: '~/x' } }, 'platform');
    expect(rowOf('platform', node.id)).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'platform', message: expect.stringContaining('no windows path') },
    });
  });

  it('takes an object of S3, and no node takes another one for it', async () => {
    const node = world.node({ tags: { Kind: 'object' } });
    world.aws.s3.putBucket({ name: 'our-releases', account: HUB, region: 'us-east-1' });
    world.aws.s3.write('our-releases', 'apps/app.bin', Buffer.alloc(300_000, 7));
    const hash = sha256(Buffer.alloc(300_000, 7));
    const action = {
      object: { uri: 's3://our-releases/apps/app.bin' },
      linux: { path: '~/app.bin' },
    };
    await copy('object', action, 'object');
    expect(statSync(at(node, 'app.bin')).size).toBe(300_000);
    expect(world.plan('object').artifact).toEqual({
      sha256: hash,
      key: `artifacts/${hash}/app.bin`,
    });
    const bucket = exchangeBucketName(HUB, REGIONS[0]);
    world.aws.s3.write(bucket, `artifacts/${hash}/app.bin`, 'something else');
    await copy('object-altered', action, 'object');
    expect(rowOf('object-altered', node.id)).toMatchObject({
      outcome: 'failed',
      stderr: { text: expect.stringMatching(/SHA-256 of .* expected .*not executed/) },
    });
    expect(statSync(at(node, 'app.bin')).size).toBe(300_000);
  });

  describe('from the command line', () => {
    const targets = ['--accounts', SPOKES[0], '--regions', REGIONS[0], '--tag', 'Kind=cli'];
    let typed: (...words: string[]) => Promise<Said>;
    beforeAll(() => {
      typed = cliOf(world);
    });
    const cli = (words: readonly string[]): Promise<Said> => typed(...words);
    const uploads = () => world.aws.s3.list(BUCKET, 'uploads/');

    it('uploads a file once, and says whose it becomes', async () => {
      const node = world.node({ tags: { Kind: 'cli' } });
      const local = join(scratch, 'app.conf');
      writeFileSync(local, 'from the desk\n');
      const words = ['run', '--yes', ...targets, '--copy', `${local}:~/app.conf`, '--mode', '0600'];
      const first = await cli([...words, '--name', 'cli-1']);
      expect(first).toMatchObject({ code: 0 });
      expect(world.file(node, 'app.conf')).toBe('from the desk\n');
      expect(mode(node, 'app.conf')).toBe('600');
      expect(uploads()).toEqual([`uploads/${sha256('from the desk\n')}/app.conf`]);
      const uploadedAt = world.aws.s3.bucket(BUCKET)?.objects.get(uploads()[0] ?? '')?.lastModified;
      expect(await cli([...words, '--name', 'cli-2'])).toMatchObject({ code: 0 });
      expect(world.aws.s3.bucket(BUCKET)?.objects.get(uploads()[0] ?? '')?.lastModified).toBe(
        uploadedAt,
      );
    });

    it('takes a directory along, as the same bytes each time', async () => {
      const [node] = world.aws.fleet
        .nodes(SPOKES[0], REGIONS[0])
        .filter((n) => n.tags['Kind'] === 'cli');
      const local = join(scratch, 'conf.d');
      mkdirSync(join(local, 'sub'), { recursive: true });
      writeFileSync(join(local, 'sub', 'a.conf'), 'a\n');
      writeFileSync(join(local, 'b.conf'), 'b\n');
      const before = uploads().length;
      for (const name of ['cli-3', 'cli-4'])
        expect(
          await cli(['run', '--yes', ...targets, '--copy', `${local}:~/conf.d`, '--name', name]),
        ).toMatchObject({ code: 0 });
      expect(uploads()).toHaveLength(before + 1);
      expect(node && world.file(node, 'conf.d/sub/a.conf')).toBe('a\n');
      expect(node && world.file(node, 'conf.d/b.conf')).toBe('b\n');
    });

    it.each([
      [['--copy', 'nowhere'], /expected file:/],
      [['--copy', '/no/such/file:/etc/x'], /cannot read \/no\/such\/file/],
      [['--mode', '0600', '--', 'true'], /say nothing without --copy/],
    ])('refuses %j', async (words, said) => {
      const ended = await cli(['run', '--yes', ...targets, ...words]);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(said);
    });
  });
});
