/** What is large, long or odd: each through the front door, at a size that takes seconds. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../contract/names.ts';
import { total } from '../../contract/outcomes.ts';
import type { Node } from '../../local/fleet/index.ts';
import { BUCKET, makeWorld, REGIONS, request, SPOKES, type World } from './support/world.ts';

/** Step Functions takes this much as the input of an execution, and hands on as much between states. */
const MOST_BYTES = 256 * 1024;
const [ACCOUNT] = SPOKES;

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

const only = (Kind: string) => ({
  accounts: [ACCOUNT],
  regions: [...REGIONS],
  tags: { Kind: [Kind] },
});
const quick = () => ({ delayMs: 5_000, stdout: 'done\n' });
const callsOf = (operation: string): number =>
  Object.values(world.aws.ledger.counts()[operation] ?? {}).reduce((sum, n) => sum + n, 0);

describe('a file name with every legal byte', () => {
  /** Of UTF-8: every ASCII character but `/` and NUL, and characters of two, three and four bytes. */
  const ascii = Array.from({ length: 127 }, (_, i) => String.fromCodePoint(i + 1)).join('');
  const name = `${ascii.replace('/', '')}ÿ€😀`;
  const at = (node: Node, file: string) => join(world.aws.fleet.home(node.id), file);

  it.each(['s3', 'inline'] as const)(
    'is that of a copy, delivered by %s, and comes back',
    async (delivery) => {
      const Kind = `named-${delivery}`;
      const node = world.node({ tags: { Kind } });
      const text = 'held\n';
      const copied = await world.dispatch(
        `${Kind}-there`,
        request({
          action: { type: 'copy', text, linux: { path: `~/${name}` }, delivery },
          targets: only(Kind),
        }),
      );
      expect(copied).toMatchObject({ status: 'SUCCEEDED' });
      expect(readFileSync(at(node, name), 'utf-8')).toBe(text);
      const back = `${Kind}-back`;
      const fetched = await world.dispatch(
        back,
        request({ action: { type: 'fetch', linux: `~/${name}` }, targets: only(Kind) }),
      );
      expect(fetched).toMatchObject({ status: 'SUCCEEDED' });
      const file = world.rows(back)[0]?.file;
      expect(file).toMatchObject({ path: `~/${name}`, bytes: text.length });
      expect(String(world.aws.s3.read(BUCKET, file?.key ?? ''))).toBe(text);
    },
  );

  it('is in a directory that is fetched: bytes that are no UTF-8 as well', async () => {
    const node = world.node({ tags: { Kind: 'bytes' } });
    const bytes = Buffer.from(
      Array.from({ length: 255 }, (_, i) => i + 1).filter((byte) => byte !== 0x2f),
    );
    mkdirSync(at(node, 'odd'), { recursive: true });
    writeFileSync(Buffer.concat([Buffer.from(`${at(node, 'odd')}/`), bytes]), 'held');
    const ended = await world.dispatch(
      'bytes',
      request({ action: { type: 'fetch', linux: '~/odd' }, targets: only('bytes') }),
    );
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    const input =
      world.aws.s3.read(BUCKET, world.rows('bytes')[0]?.file?.key ?? '') ?? Buffer.alloc(0);
    const list = execFileSync('tar', ['--null', '--quoting-style=literal', '-tzf', '-'], { input });
    expect(list.includes(bytes)).toBe(true);
  });
});

describe('a request of 250 KB', () => {
  const large = (Kind: string, bytes: number) => {
    const node = world.node({ tags: { Kind } });
    const text = '0123456789abcde\n'.repeat(11_000);
    const whole = (excludeAccounts: readonly string[]) =>
      request({
        action: { type: 'copy', text, linux: { path: '~/large' }, delivery: 's3' },
        targets: { ...only(Kind), excludeAccounts },
      });
    const left = bytes - JSON.stringify(whole([])).length;
    const others = Array.from({ length: Math.floor(left / 15) }, (_, i) =>
      String(600_000_000_000 + i),
    );
    return { node, text, input: whole(others) };
  };

  it('is carried out', async () => {
    const { node, text, input } = large('large', 250_000);
    expect(JSON.stringify(input).length).toBeGreaterThan(249_000);
    expect(await world.dispatch('large', input)).toMatchObject({
      status: 'SUCCEEDED',
      error: undefined,
      cause: undefined,
    });
    expect(
      createHash('sha256')
        .update(world.file(node, 'large') ?? '')
        .digest('hex'),
    ).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('is refused by Step Functions where it is more than that takes', async () => {
    const { input } = large('too-large', MOST_BYTES + 100);
    await expect(world.start('too-large', input)).rejects.toThrow(
      /length less than or equal to 262144|too large/i,
    );
  });
});

describe('a plan', () => {
  it('may be larger than any payload: states hand on its key', async () => {
    const Kind = 'some';
    world.node({ tags: { Kind }, behaviour: quick });
    // Accounts that no role lets in: each has its line in the plan, with the reason.
    const strangers = Array.from({ length: 600 }, (_, i) => String(800_000_000_000 + i));
    const ended = await world.dispatch(
      'long-plan',
      request({ targets: { ...only(Kind), accounts: [ACCOUNT, ...strangers] } }),
    );
    expect(ended.error).toBe('NodesDidNotSucceed');
    const plan = world.aws.s3.read(BUCKET, keys.plan('long-plan'));
    expect(plan?.length).toBeGreaterThan(MOST_BYTES);
    expect(world.report('long-plan')).toMatchObject({ matched: 1, counts: { succeeded: 1 } });
    expect(world.report('long-plan').skippedShards).toHaveLength(2 * strangers.length);
    expect(world.aws.states.stats().largestPayloadBytes).toBeLessThan(MOST_BYTES);
  });
});

describe('many nodes in one account and Region', () => {
  const NODES = 6_000;

  it('add up; a look costs one call for 50 commands, a child carries all', async () => {
    const Kind = 'crowd';
    for (let i = 0; i < NODES; i++)
      world.node({ tags: { Kind }, behaviour: () => ({ ...quick(), delayMs: 60_000 }) });
    world.aws.ledger.reset();
    expect(await world.dispatch('crowd', request({ targets: only(Kind) }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    const { counts, matched } = world.report('crowd');
    expect([matched, total(counts), counts]).toEqual([NODES, NODES, { succeeded: NODES }]);
    expect(world.plan('crowd').waves).toMatchObject([{ nodes: NODES, groups: 1 }]);
    const batches = NODES / 50;
    expect(callsOf('ssm:SendCommand')).toBe(batches);
    expect(callsOf('ssm:ListCommandInvocations')).toBe(batches);
    // Twelve looks in the minute, each of three pages and what finds out that there is no more.
    expect(callsOf('ssm:ListCommands')).toBeLessThanOrEqual(12 * 5);
    // Collected in parts: no more than some thousand rows are in memory.
    const parts = keys.collected('crowd', 0, ACCOUNT, REGIONS[0], '').replace('.jsonl', '');
    expect(world.aws.s3.list(BUCKET, parts).length).toBeGreaterThan(4);
  });
});

describe('shards with one node each', () => {
  const ACCOUNTS = Array.from({ length: 120 }, (_, i) => String(710_000_000_000 + i));

  it('go 100 to a child, at a cost of some calls each', async () => {
    const own = await makeWorld({ spokes: ACCOUNTS });
    for (const account of ACCOUNTS)
      for (const region of REGIONS) own.node({ account, region, behaviour: quick });
    own.aws.ledger.reset();
    const targets = { accounts: ACCOUNTS, regions: [...REGIONS], allNodes: true };
    expect(await own.dispatch('single', request({ targets }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    const shards = ACCOUNTS.length * REGIONS.length;
    expect(own.report('single').counts).toEqual({ succeeded: shards });
    expect(own.plan('single').waves).toMatchObject([{ nodes: shards, groups: 3 }]);
    const ssm = Object.entries(own.aws.ledger.counts())
      .filter(([operation]) => operation.startsWith('ssm:'))
      .flatMap(([, by]) => Object.values(by))
      .reduce((sum, n) => sum + n, 0);
    expect(ssm / shards).toBeLessThanOrEqual(6.5);
    await own.close();
  });
});
