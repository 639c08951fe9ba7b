import { afterAll, describe, expect, it } from '@jest/globals';
import { total } from '../../contract/outcomes.ts';
import { makeWorld, REGIONS, request, type World } from './support/world.ts';

const ACCOUNTS = Array.from({ length: 100 }, (_, i) => String(700_000_000_000 + i));
const NODES_PER_SHARD = 50;
/** What such a dispatch took when this was last looked at; whoever makes it cheaper or dearer says so here. */
const USUAL = {
  ssm: 1_092,
  sts: 441,
  s3: 1_273,
  transitions: 60,
  longestHistory: 70,
  largestPayloadBytes: 1_911,
};
/** Where the numbers may be off for a change of another kind: in whose turn a look is, in the length of a name. */
const TOLERANCE = 0.05;

describe('200 shards with 10,000 nodes', () => {
  let world: World;
  // Also where it fails: an embedded AWS that is left open keeps the program.
  afterAll(() => world.close());

  it('add up, in few calls and small payloads', async () => {
    world = await makeWorld({ spokes: ACCOUNTS });
    let ran = 0;
    const behaviour = () => {
      ran++;
      return { delayMs: 10_000, exitCode: ran % 100 === 0 ? 1 : 0, stdout: 'done\n', stderr: '' };
    };
    for (const account of ACCOUNTS)
      for (const region of REGIONS)
        for (let i = 0; i < NODES_PER_SHARD; i++) world.node({ account, region, behaviour });
    world.aws.ledger.reset();

    const ended = await world.dispatch(
      'large',
      request({ targets: { accounts: ACCOUNTS, regions: [...REGIONS], allNodes: true } }),
    );
    const nodes = ACCOUNTS.length * REGIONS.length * NODES_PER_SHARD;
    const report = world.report('large');
    expect(ended.error).toBe('NodesDidNotSucceed');
    expect(report.matched).toBe(nodes);
    expect(total(report.counts)).toBe(nodes);
    expect(report.counts).toEqual({ succeeded: nodes * 0.99, failed: nodes * 0.01 });
    expect(ran).toBe(nodes);
    expect(world.rows('large').length).toBe(nodes);

    const calls = Object.entries(world.aws.ledger.counts())
      .map(([operation, by]) => [operation, Object.values(by).reduce((a, b) => a + b, 0)] as const)
      .filter(([operation]) => /^(ssm|sts|s3):/.test(operation));
    const sum = calls.reduce((n, [, count]) => n + count, 0);
    const { largestPayloadBytes, longestHistory } = world.aws.states.stats();
    console.log(
      [
        `calls for ${nodes} nodes: ${sum} (${(sum / nodes).toFixed(3)} a node)`,
        ...calls.map(([operation, n]) => `  ${operation.padEnd(34)} ${n}`),
        `state transitions: ${world.aws.states.transitions()}; longest history: ${longestHistory} events`,
        `largest payload: ${largestPayloadBytes} bytes`,
      ].join('\n'),
    );
    const of = (service: string) =>
      calls.filter(([name]) => name.startsWith(service)).reduce((n, [, count]) => n + count, 0);
    const figures = {
      ssm: of('ssm:'),
      sts: of('sts:'),
      s3: of('s3:'),
      transitions: world.aws.states.transitions(),
      longestHistory,
      largestPayloadBytes,
    };
    for (const [name, usual] of Object.entries(USUAL)) {
      const now = new Map(Object.entries(figures)).get(name) ?? 0;
      expect([name, now, Math.abs(now / usual - 1) <= TOLERANCE]).toEqual([name, now, true]);
    }
  }, 300_000);
});
