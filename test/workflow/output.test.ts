/** Output of every length, on each way, through the front door: what the report says of it, and where it lies. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMAND_LOG_GROUP, exchangeBucketName } from '../../contract/names.ts';
import type { RequestInput } from '../../contract/request.ts';
import type { Row, Stream } from '../../contract/stored.ts';
import type { Node, NodeSpec } from '../../local/fleet/index.ts';
import { BUCKET, HUB, makeWorld, REGIONS, SPOKES, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

let tags = 0;
let dispatches = 0;

/** Runs `lines` on new nodes and answers with the row of each. */
async function run(
  output: RequestInput['output'],
  lines: readonly string[],
  specs: readonly Partial<NodeSpec>[] = [{}],
  change: Partial<RequestInput> = {},
): Promise<{
  readonly rows: readonly Row[];
  readonly nodes: readonly Node[];
  readonly id: string;
}> {
  const tag = `t${tags++}`;
  const nodes = specs.map((spec) => world.node({ tags: { Test: tag }, ...spec }));
  const id = `output-${dispatches++}`;
  await world.dispatch(id, {
    action: { type: 'command', linux: lines, windows: lines },
    targets: { accounts: [SPOKES[0]], regions: [...REGIONS], tags: { Test: [tag] } },
    output,
    ...change,
  });
  const rows = world.rows(id);
  const rowOf = (node: Node) => rows.find((row) => row.node === node.id);
  return { id, nodes, rows: nodes.map(rowOf).filter((row) => row !== undefined) };
}

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const kept = (stream: Stream | undefined): Buffer | undefined =>
  stream?.key === undefined ? undefined : (world.aws.s3.read(BUCKET, stream.key) ?? undefined);

/** Prints `n` lines of 10 bytes. */
const printing = (n: number) => `awk 'BEGIN { for (i = 1; i <= ${n}; i++) printf "%09d\\n", i }'`;
const printed = (n: number) =>
  Array.from({ length: n }, (_, i) => `${String(i + 1).padStart(9, '0')}\n`).join('');

describe('through S3', () => {
  it('both streams arrive whole, apart, byte for byte; an empty one is empty', async () => {
    const lines = [printing(6_000), `{ ${printing(1_200)}; } >&2`];
    const { rows } = await run('s3', lines, [{}, { region: REGIONS[1] }]);
    for (const row of rows) {
      expect(row).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
      expect(row.stdout).toMatchObject({
        source: 's3',
        truncated: false,
        bytes: 60_000,
        sha256: sha256(printed(6_000)),
      });
      expect(row.stderr).toMatchObject({ source: 's3', bytes: 12_000 });
      expect(kept(row.stdout)?.toString()).toBe(printed(6_000));
      expect(kept(row.stderr)?.toString()).toBe(printed(1_200));
    }
    const [silent] = (await run('s3', ['true'])).rows;
    const nothing = { source: 'none', bytes: 0, truncated: false };
    expect(silent).toMatchObject({ stdout: nothing, stderr: nothing });
    expect(silent).not.toHaveProperty('reason');
  });

  it('bytes that are no text stay what they are', async () => {
    const { rows } = await run('s3', ["printf '\\000\\377\\376\\200binary'"]);
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x80, ...Buffer.from('binary')]);
    expect(rows[0]?.stdout).toMatchObject({ bytes: bytes.length, sha256: sha256(bytes) });
    expect(kept(rows[0]?.stdout)).toEqual(bytes);
  });

  it('100 MB of one node pass no function’s memory', async () => {
    const lines = ["head -c 104857600 /dev/zero | tr '\\0' x"];
    const { rows } = await run('s3', lines);
    expect(rows[0]).toMatchObject({
      outcome: 'succeeded',
      stdout: { source: 's3', bytes: 104_857_600, truncated: false },
    });
    expect(sha256(kept(rows[0]?.stdout) ?? '')).toBe(rows[0]?.stdout?.sha256);
  });

  it('a node that may not upload says so, and shows what Systems Manager keeps', async () => {
    const roleArn = `arn:aws:iam::${SPOKES[0]}:role/without-permissions`;
    world.aws.iam.putRole({
      account: SPOKES[0],
      name: 'without-permissions',
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
    const { rows } = await run('s3', [printing(6_000)], [{ roleArn }]);
    expect(rows[0]).toMatchObject({
      outcome: 'succeeded',
      reason: { code: 'outputMissing' },
      stdout: { source: 'invocation', truncated: true },
      stderr: { source: 'none' },
    });
  });

  it('what Windows writes is kept as it is, with the same in UTF-8 beside it', async () => {
    const text = 'größer als nötig\r\n'.repeat(5);
    const as = (stdout: Uint8Array): Partial<NodeSpec> => ({
      platformType: 'Windows',
      behaviour: () => ({ stdout }),
    });
    const { rows } = await run(
      's3',
      ['Get-Process'],
      [as(Buffer.from(text, 'utf16le')), as(Buffer.from(text, 'latin1')), as(Buffer.from(text))],
    );
    expect(rows.map((row) => row.stdout?.encoding)).toEqual(['utf-16le', 'windows-1252', 'utf-8']);
    const [wide, page, plain] = rows.map((row) => row.stdout);
    expect(kept(wide)).toEqual(Buffer.from(text, 'utf16le'));
    expect(kept(page)).toEqual(Buffer.from(text, 'latin1'));
    for (const stream of [wide, page])
      expect(world.aws.s3.read(BUCKET, stream?.utf8Key ?? '')?.toString()).toBe(text);
    expect(plain).not.toHaveProperty('utf8Key');
    expect(kept(plain)?.toString()).toBe(text);
  });

  it('leaves nothing of one account in the folder of another', async () => {
    const { id, nodes } = await run('s3', ['echo here'], [{}]);
    const keys = world.aws.s3.list(exchangeBucketName(HUB, REGIONS[0]));
    const own = keys.filter((key) => key.includes(`/${id}/`));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatch(new RegExp(`^output/${SPOKES[0]}/${id}/[^/]+/${nodes[0]?.id}/`));
  });
});

describe('through CloudWatch Logs', () => {
  it('short output is exact, longer comes out of the log, without its last line break', async () => {
    const outputs = [10, 1_000, 6_000];
    for (const n of outputs) {
      const { rows } = await run('cloudwatch', [printing(n)]);
      const source = n === 10 ? 'invocations' : n === 1_000 ? 'invocation' : 'cloudwatch';
      const text = n === 6_000 ? printed(n).replace(/\n$/, '') : printed(n);
      expect(rows[0]?.stdout).toMatchObject({
        source,
        truncated: false,
        bytes: text.length,
        sha256: sha256(text),
      });
      const { stdout } = rows[0] ?? {};
      expect(stdout?.text ?? kept(stdout)?.toString()).toBe(text);
      expect(rows[0]?.stderr).toMatchObject({ source: 'none' });
    }
  });

  it('waits until a long log is whole', async () => {
    // 4,000,000 bytes are 20 events, and the agent sends 4 a second.
    const { rows } = await run({ to: 'cloudwatch', logDelaySeconds: 2 }, [printing(400_000)]);
    expect(rows[0]?.stdout).toMatchObject({
      source: 'cloudwatch',
      truncated: false,
      bytes: 3_999_999,
    });
    expect(kept(rows[0]?.stdout)?.toString()).toBe(printed(400_000).replace(/\n$/, ''));
  });

  it('everything is in the group that the request names, in the node’s account', async () => {
    const { nodes } = await run('cloudwatch', ['echo in the log', 'echo trouble >&2']);
    const group = world.aws.logs.group(
      { account: SPOKES[0], region: REGIONS[0] },
      COMMAND_LOG_GROUP,
    );
    const mine = [...(group?.streams.values() ?? [])]
      .filter(({ name }) => name.includes(`/${nodes[0]?.id}/`))
      .map(
        ({ name, events }) =>
          [
            name.split('/').slice(2).join('/'),
            events.map(({ message }) => message).join(''),
          ] as const,
      );
    expect(new Map(mine)).toEqual(
      new Map([
        ['aws-runShellScript/stderr', 'trouble'],
        ['aws-runShellScript/stdout', 'in the log'],
      ]),
    );
  });

  it('a log that never comes is told as missing', async () => {
    const silent = { roleArn: `arn:aws:iam::${SPOKES[0]}:role/without-permissions` };
    const { rows } = await run(
      { to: 'cloudwatch', logDelaySeconds: 1 },
      [printing(6_000)],
      [silent],
    );
    expect(rows[0]).toMatchObject({
      reason: { code: 'outputMissing' },
      stdout: { source: 'invocation', truncated: true },
    });
  });

  it('a group that the installation does not read is refused before anything is sent', async () => {
    const ended = await world.dispatch('another-group', {
      action: { type: 'command', linux: ['true'] },
      targets: { accounts: [SPOKES[0]], regions: [REGIONS[0]], allNodes: true },
      output: { to: 'cloudwatch', logGroup: '/another' },
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
    expect(ended.cause).toContain('output.logGroup');
    expect(ended.cause).toContain('nodes.logGroups');
  });
});
