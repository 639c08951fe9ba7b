/** What a dispatch leaves for people and pipelines, and the commands that read it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { keys } from '../../contract/names.ts';
import { Row } from '../../contract/stored.ts';
import { cliOf, type Said } from './support/cli.ts';
import { BUCKET, makeWorld, request, SPOKES, type World } from './support/world.ts';

const EVIL = '</script><script>alert(1)</script>\u001b[31m\u202e';
const LONG = 'x'.repeat(20_000);
const SMALLEST_SUM = 3;

/** What the tests look at of the data in the page. */
const Data = z.object({
  requester: z.string(),
  action: z.string(),
  counts: z.record(z.string(), z.int()),
  cancelled: z.boolean(),
  home: z.record(z.string(), z.string()),
  waves: z.array(z.object({ sent: z.boolean(), startedAt: z.string().optional() })),
  endings: z.array(
    z.object({
      outcome: z.string(),
      exitCode: z.int().optional(),
      stdout: z.object({ text: z.string().optional(), key: z.string().optional() }).optional(),
    }),
  ),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
});

describe('after a dispatch', () => {
  let world: World;
  let cli: (...words: string[]) => Promise<Said>;
  let says = 'quiet\n';
  const folder = mkdtempSync(join(tmpdir(), 'fleetwide-report-'));
  const object = (id: string, extension: 'html' | 'xml' | 'json'): string =>
    world.aws.s3.read(BUCKET, keys.report(id, extension))?.toString('utf-8') ?? '';

  beforeAll(async () => {
    world = await makeWorld();
    cli = cliOf(world);
    const tags = { Kind: 'reported' };
    const ends = (exitCode: number, stdout: () => string) => () => ({
      delayMs: 5_000,
      exitCode,
      stdout: stdout(),
      stderr: exitCode === 0 ? '' : EVIL,
    });
    world.node({ tags, computerName: 'web-1', behaviour: ends(0, () => 'fine\n') });
    world.node({ tags, computerName: 'web-2', behaviour: ends(0, () => says) });
    world.node({ tags, computerName: 'web-3', behaviour: ends(3, () => EVIL) });
    world.node({ tags, computerName: 'web-4', behaviour: ends(0, () => LONG) });
    const input = request({
      requester: 'jane.doe',
      waves: ['1', '100%'],
      errorBudget: '3',
      targets: { accounts: [SPOKES[0]], regions: ['eu-west-1'], tags: { Kind: ['reported'] } },
    });
    await world.dispatch('first', input);
    says = 'loud\n';
    await world.dispatch('second', input);
  });
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('there is a page that knows who, what, when and how it ended on each node', () => {
    const page = object('first', 'html');
    const [, json = ''] =
      /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
    const data = Data.parse(JSON.parse(json));
    expect(data).toMatchObject({ requester: 'jane.doe', counts: { succeeded: 3, failed: 1 } });
    expect(data.home).toEqual({ partition: 'aws', region: 'eu-west-1', bucket: BUCKET });
    expect(data.cancelled).toBe(false);
    expect(data.action).toContain('echo hello');
    expect(data.rows.length).toBe(4);
    expect(data.waves.map((w) => [w.sent, w.startedAt !== undefined])).toEqual([
      [true, true],
      [true, true],
    ]);
    const failed = data.endings.find((e) => e.outcome === 'failed');
    expect(failed).toMatchObject({ exitCode: 3, stdout: { text: EVIL } });
    // An output that lies in an object of its own is in the page all the same.
    expect(data.endings.some((e) => e.stdout?.key && e.stdout.text === LONG)).toBe(true);
    expect(page).not.toContain('<script>alert');
    expect(page.match(/<script/g)?.length).toBe(2);
  });

  it('there is JUnit XML for a pipeline', async () => {
    const xml = object('first', 'xml');
    expect(xml).toMatch(/tests="4" failures="1" errors="0" skipped="0" time="\d/);
    expect(xml).toContain('message="failed, exit code 3: the command ended with a non-zero exit');
    const said = await cli('results', 'first', '--format', 'junit');
    expect(said).toEqual({ code: 0, stdout: xml, stderr: '' });
  });

  it('report fetches the page, and opens it', async () => {
    const output = join(folder, 'page.html');
    const said = await cli('report', 'first', '--output', output);
    expect(said).toEqual({ code: 0, stdout: `${output}\n`, stderr: '' });
    expect(readFileSync(output, 'utf-8')).toBe(object('first', 'html'));
    const opened = await cli('report', 'first', '--open');
    expect(opened.code).toBe(0);
    expect(readFileSync(opened.stdout.trim(), 'utf-8')).toBe(object('first', 'html'));
    rmSync(opened.stdout.trim());
    const nowhere = await cli('report', 'first', '--output', join(folder, 'no/such/folder.html'));
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('cannot write');
  });

  it('results come in five forms, and another is refused by name', async () => {
    const json = await cli('results', 'first', '--format', 'json');
    expect(z.array(Row).parse(JSON.parse(json.stdout))).toEqual(world.rows('first'));
    const [table, csv, jsonl] = await Promise.all(
      ['table', 'csv', 'jsonl'].map((format) => cli('results', 'first', '--format', format)),
    );
    for (const said of [table, csv]) expect(said?.stdout.trim().split('\n').length).toBe(5);
    expect(jsonl?.stdout.trim().split('\n').length).toBe(4);
    expect(world.rows('first').map((row) => row.wave)).toEqual([1, 2, 2, 2]);
    const [head = '', ...lines] = (csv?.stdout ?? '').split('\n');
    const wave = head.split(',').indexOf('wave');
    expect(lines.slice(0, 4).map((line) => line.split(',')[wave])).toEqual(['1', '2', '2', '2']);
    const wrong = await cli('results', 'first', '--format', 'toString');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain(
      "'toString' is invalid. Allowed choices are table, json, jsonl, csv, junit",
    );
  });

  it('logs show what nodes wrote, whole and harmless', async () => {
    const failed = await cli('logs', 'first', '--failed');
    expect(failed.stdout).toMatch(/^web-3 \(.*\) 222233334444 eu-west-1: failed, exit code 3/);
    expect(failed.stdout).toContain('| </script><script>alert(1)</script>\\x1b[31m\\x202e\n');
    expect(
      failed.stdout.split('\n').filter((line) => line.startsWith('! ')).length,
    ).toBeGreaterThan(0);
    const long = await cli('logs', 'first', '--node', 'web-4', '--json');
    expect(JSON.parse(long.stdout)).toMatchObject({ name: 'web-4', stdout: LONG, stderr: '' });
    const unknown = await cli('logs', 'first', '--node', 'web-9');
    expect(unknown).toMatchObject({ code: 2, stderr: 'dispatch first has no node web-9\n' });
  });

  it('diff tells what changed, node by node', async () => {
    const said = await cli('diff', 'first', 'second');
    expect(said.code).toBe(1);
    expect(said.stdout.split('\n')).toEqual([
      'first → second: 1 node changed, 3 as before',
      '~ web-2 222233334444 eu-west-1: succeeded 0 as before',
      '    - quiet',
      '    + loud',
      '',
    ]);
    expect(await cli('diff', 'first', 'first')).toMatchObject({ code: 0 });
    const json = await cli('diff', 'first', 'second', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      same: SMALLEST_SUM,
      changes: [{ name: 'web-2', aspects: ['stdout'] }],
    });
  });

  it('list shows the dispatches, the latest first, filtered', async () => {
    const said = await cli('list');
    const [, latest = '', before = ''] = said.stdout.split('\n');
    expect(latest).toMatch(
      /^second +failed +2026-11-21 .* jane\.doe +echo run .* +3 succeeded, 1 failed$/,
    );
    expect(before).toMatch(/^first +failed/);
    const json = await cli('list', '--json', '--status', 'failed', '--limit', '1');
    expect(JSON.parse(json.stdout)).toMatchObject([
      { dispatch: 'second', status: 'failed', requester: 'jane.doe', matched: 4 },
    ]);
    const none = await cli('list', '--json', '--requester', 'john');
    expect(JSON.parse(none.stdout)).toEqual([]);
    expect((await cli('list', '--status', 'odd')).stderr).toContain('Allowed choices are running,');
    expect((await cli('list', '--limit', 'few')).code).toBe(2);
  });

  it('a dispatch without a report is an error that says how it stands', async () => {
    await world.dispatch(
      'planned',
      request({
        mode: 'plan',
        targets: { accounts: [SPOKES[0]], regions: ['eu-west-1'], tags: { Kind: ['reported'] } },
      }),
    );
    for (const words of [
      ['report', 'planned'],
      ['logs', 'planned'],
      ['results', 'planned'],
    ])
      expect(await cli(...words)).toMatchObject({ code: 2, stdout: '' });
    expect((await cli('report', 'planned')).stderr).toContain('sent nothing (it is a plan');
    expect((await cli('logs', 'never')).stderr).toContain('no dispatch never in account');
  });

  it.each(['list', 'results', 'logs', 'diff', 'report'])('%s explains itself', async (command) => {
    const said = await cli(command, '--help');
    expect(said.code).toBe(0);
    expect(said.stdout).toMatch(new RegExp(`Examples?:\\n  fleetwide ${command}`));
  });
});
