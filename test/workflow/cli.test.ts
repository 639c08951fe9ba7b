/** The command line while a dispatch runs, through the program itself. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { keys } from '../../contract/names.ts';
import { StoredRequest } from '../../contract/stored.ts';
import { cliOf, onTerminal, type Said, startCli } from './support/cli.ts';
import { BUCKET, makeWorld, SPOKES, type World } from './support/world.ts';

const TARGETS = ['--accounts', SPOKES[0], '--regions', 'eu-west-1', '--tag', 'Kind=cli'];

describe('the command line', () => {
  let world: World;
  let cli: (...words: string[]) => Promise<Said>;

  beforeAll(async () => {
    world = await makeWorld();
    cli = cliOf(world);
    const tags = { Kind: 'cli' };
    const ends = (exitCode: number, stdout: string) => () => ({ delayMs: 5_000, exitCode, stdout });
    world.node({ tags, computerName: 'ok-1', behaviour: ends(0, 'fine\n') });
    world.node({ tags, computerName: 'ok-2', behaviour: ends(0, 'fine\n') });
    world.node({ tags, computerName: 'bad-1', behaviour: ends(4, '\u001b[2Jbroken\n') });
    world.node({ tags, computerName: 'gone-1', pingStatus: 'ConnectionLost' });
  });
  afterAll(() => world.close());

  it('nodes shows who would be matched, and who cannot be reached', async () => {
    const said = await cli('nodes', ...TARGETS);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toMatch(/ok-1 +Linux .* reachable\n/);
    expect(said.stdout).toMatch(/gone-1 .*offline: .*ConnectionLost/);
    expect(said.stdout).toContain('4 nodes, 3 reachable\n');
    const json = await cli('nodes', ...TARGETS, '--json');
    const shards = z
      .array(z.object({ account: z.string(), nodes: z.array(z.object({ name: z.string() })) }))
      .parse(JSON.parse(json.stdout));
    expect(shards[0]?.nodes.map((n) => n.name).toSorted()).toEqual([
      'bad-1',
      'gone-1',
      'ok-1',
      'ok-2',
    ]);
    expect((await cli('nodes', '--accounts', 'x')).code).toBe(2);
  });

  it('run shows a failure before the report, harmless, and ends as the nodes did', async () => {
    const said = await cli(
      'run',
      ...TARGETS,
      '--name',
      'one',
      '--yes',
      '--waves',
      '1,100%',
      '--max-errors',
      '9',
      '--',
      'true',
    );
    expect(said).toMatchObject({ code: 1, stderr: '' });
    expect(said.stdout).toContain('wave 1/2: 1 node, 1 sent, 1 ended');
    expect(said.stdout).toMatch(
      /\nfailed bad-1 \(i-\w+\) \d+ eu-west-1, exit code 4\n {2}\| \\x1b\[2Jbroken\n/,
    );
    expect(said.stdout.indexOf('failed bad-1')).toBeLessThan(said.stdout.indexOf('Outcomes of'));
    expect(said.stdout).not.toContain('\u001b');
  });

  it('run sends nothing where nobody can be asked', async () => {
    const said = await cli('run', ...TARGETS, '--name', 'unasked', '--', 'true');
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toContain('give --yes');
    expect((await cli('status', 'unasked')).stderr).toContain('no dispatch unasked');
  });

  it('plan shows what would run where, rerun repeats what went wrong', async () => {
    const planned = await cli('plan', ...TARGETS, '--name', 'later', '--', 'true');
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain('Plan: 4 nodes matched, 3 to send to');
    const applied = await cli('run', ...TARGETS, '--yes', '--name', 'applied', '--', 'true');
    expect(applied.code).toBe(1);
    const again = await cli('rerun', 'applied', '--failed', '--yes', '--name', 'again');
    expect(again.stdout).toContain('Plan: 2 nodes matched, 1 to send to');
    expect(new Set(world.rows('again').map((row) => row.name))).toEqual(
      new Set(['bad-1', 'gone-1']),
    );
    expect((await cli('rerun', 'applied', '--outcomes', 'odd', '--yes')).code).toBe(2);
  });

  it('run --json tells events, one a line', async () => {
    const said = await cli('run', ...TARGETS, '--yes', '--json', '--', 'true');
    const events = said.stdout
      .trim()
      .split('\n')
      .map((line) => z.looseObject({ event: z.string() }).parse(JSON.parse(line)));
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set(['started', 'plan', 'failure', 'progress', 'report']),
    );
    expect(events.at(-1)).toMatchObject({
      report: { counts: { succeeded: 2, failed: 1, skipped: 1 } },
    });
    expect(events.findLast(({ event }) => event === 'progress')).toMatchObject({
      over: true,
      groups: [{ counts: { succeeded: 2, failed: 1 } }],
    });
  });

  it('shows how a long output ends that went wrong, and what of it changed', async () => {
    let last = 'a';
    const lines = Array.from({ length: 800 }, (_, i) => `${i + 1}\n`).join('');
    const behaviour = () => ({ delayMs: 5_000, exitCode: 2, stdout: `${lines}${last}\u009b\n` });
    world.node({ tags: { Kind: 'long' }, computerName: 'long-1', behaviour });
    const words = [...TARGETS.slice(0, 4), '--tag', 'Kind=long', '--yes'];
    const one = await cli('run', ...words, '--name', 'd1', '--', 'true');
    // As it happened, and in the end.
    expect(one.stdout.split('  | 800\n  | a\\x9b\n')).toHaveLength(3);
    expect(one.stdout).toContain('  | … more: fleetwide logs shows it\n');
    last = 'b';
    await cli('run', ...words, '--output', 's3', '--name', 'd2', '--', 'true');
    const status = await cli('status', 'd2');
    expect(status.code).toBe(1);
    expect(status.stdout).toContain('command, asked for by jane.doe\n  > true\n');
    expect(status.stdout).toContain('  | 800\n  | b\\x9b\n');
    const diff = await cli('diff', 'd1', 'd2');
    expect(diff.stdout).toContain('      800\n    - a\\x9b\n    + b\\x9b\n');
    expect(diff.stdout).not.toMatch(/[-+] 1\n/);
    const { stdout } = await cli('logs', 'd2', '--json');
    expect(stdout).toContain('b\\u009b');
    const lined = (await cli('list')).stdout.split('\n').find((line) => line.startsWith('d2 '));
    expect(lined).toMatch(/ jane\.doe +true +1 failed$/);
  });

  it('says what went wrong once, as JSON, for a program', async () => {
    const said = await cli('results', 'x', '--format', 'xml', '--json');
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(said.stderr)).toMatchObject({ error: { name: 'commander.invalidArgument' } });
    expect((await cli('apply', 'never-was', '--yes')).code).toBe(2);
    expect((await cli('results', 'later')).stderr).toContain('dispatch later sent nothing');
    const never = ['schedule', 'create', 'past', '--at', '2020-01-31T03:00:00'];
    const past = await cli(...never, '--request', 'examples/patch-scan/request.json');
    expect(past).toMatchObject({ code: 2, stderr: expect.stringContaining('never due from now') });
  });

  it('errors are JSON for a program', async () => {
    const said = await cli('status', 'never', '--json');
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(said.stderr)).toMatchObject({
      error: { message: expect.stringContaining('no dispatch never') },
    });
  });

  it('logs --follow shows each node once, those that were not sent to as well', async () => {
    const said = await cli('logs', 'one', '--follow', '--json');
    const names = said.stdout
      .trim()
      .split('\n')
      .map((line) => z.looseObject({ name: z.string() }).parse(JSON.parse(line)).name);
    expect(names.toSorted()).toEqual(['bad-1', 'gone-1', 'ok-1', 'ok-2']);
  });

  const hasScript = spawnSync('script', ['--version']).error === undefined;
  (hasScript ? describe : describe.skip)('on a terminal', () => {
    it('run shows the plan, and asks', async () => {
      const said = await onTerminal(
        world,
        ['run', ...TARGETS, '--name', 'asked', '--', 'true'],
        'y\n',
      );
      expect(said).toContain('Plan: 4 nodes matched, 3 to send to');
      expect(said).toContain('Send to 3 nodes? [y/N]');
      expect(said).toContain('Outcomes of 4 matched nodes');
      expect(StoredRequest.parse(stored('asked')).request.mode).toBe('run');
      const refused = await onTerminal(
        world,
        ['run', ...TARGETS, '--name', 'no', '--', 'true'],
        '\n',
      );
      expect(refused).toContain('Nothing was sent.');
      expect((await cli('status', 'no')).stderr).toContain('no dispatch no');
    });
  });
  const stored = (id: string): unknown =>
    JSON.parse(world.aws.s3.read(BUCKET, keys.request(id))?.toString('utf-8') ?? '{}');

  it('list goes back to a time', async () => {
    expect(
      JSON.parse((await cli('list', '--json', '--since', '2026-11-20')).stdout).length,
    ).toBeGreaterThan(1);
    expect(JSON.parse((await cli('list', '--json', '--since', '2099-01-01')).stdout)).toEqual([]);
    expect((await cli('list', '--since', 'yesterday')).stderr).toContain(
      '--since yesterday: expected',
    );
  });

  it('with credentials of another account than the hub nothing is started', async () => {
    const said = await startCli(world, 'john.doe', { FLEETWIDE_HUB: '999988887777' })('list');
    expect(said).toMatchObject({ code: 3, stdout: '' });
    expect(said.stderr).toContain('the hub is 999988887777 (FLEETWIDE_HUB)');
  });
});
