import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Node, Shard, Slice } from '../../../contract/stored.ts';
import { byName, nameOf } from '../../../lambdas/freeze/found.ts';
import { cutter, type Wave, waveSizes } from '../../../lambdas/freeze/waves.ts';

interface Placed extends Shard {
  readonly node: Node;
}

/** As Freeze does, with the nodes of a shard in any order. */
function cutIntoSlices(placed: readonly Placed[], waves: readonly Wave[], seed: string): Slice[] {
  const shards = [...Map.groupBy(placed, nameOf).values()].flatMap((nodes) =>
    nodes.slice(0, 1).map(({ account, region }) => ({
      account,
      region,
      sendable: nodes.length,
      nodes: nodes.map(({ node }) => node),
    })),
  );
  const cut = cutter(shards, waves, seed);
  const own = ({ account, region, nodes }: (typeof shards)[number]) => ({ account, region, nodes });
  return [...shards.toSorted(byName).flatMap((shard) => cut.add(own(shard))), ...cut.end()];
}

const fleet = (shards: number, nodes: number): Placed[] =>
  Array.from({ length: shards * nodes }, (_, i) => ({
    account: String(Math.floor(i / nodes)).padStart(12, '0'),
    region: 'eu-west-1',
    node: { id: `i-${String(i).padStart(17, '0')}` },
  }));

describe('waves', () => {
  it('are cumulative, rounded up, and dropped when they add nothing', () => {
    const nodes = (sizes: string[], n: number) => waveSizes(sizes, n).map((w) => w.nodes);
    expect(nodes(['1', '50%', '100%'], 10)).toEqual([1, 4, 5]);
    expect(nodes(['1', '5%', '100%'], 10)).toEqual([1, 9]);
    expect(nodes(['20', '100%'], 10)).toEqual([10]);
    expect(nodes(['100%'], 0)).toEqual([]);
  });

  it('hold every node exactly once, whatever their sizes', () => {
    const share = fc.integer({ min: 1, max: 99 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.uniqueArray(share, { maxLength: 5 }),
        (n, s) => {
          const sizes = [...s.toSorted((a, b) => a - b).map((x) => `${x}%`), '100%'];
          const waves = waveSizes(sizes, n);
          expect(waves.reduce((sum, w) => sum + w.nodes, 0)).toBe(n);
          const slices = cutIntoSlices(fleet(1, n), waves, 'seed');
          const ids = slices.flatMap((x) => x.shards.flatMap((y) => y.nodes.map((z) => z.id)));
          expect(new Set(ids).size).toBe(n);
          expect(ids.length).toBe(n);
        },
      ),
    );
  });

  it('take the nodes in an order that the seed alone decides, spread over the shards', () => {
    const placed = fleet(20, 10);
    const waves = waveSizes(['10%', '100%'], placed.length);
    const first = (seed: string, of = placed) =>
      cutIntoSlices(of, waves, seed)
        .filter((s) => s.wave === 0)
        .flatMap((s) => s.shards);
    expect(first('a', placed.toReversed())).toEqual(first('a'));
    expect(first('b')).not.toEqual(first('a'));
    // A tenth of the fleet is a tenth of each account: one of its ten nodes.
    expect(first('a').map((shard) => shard.nodes.length)).toEqual(placed.slice(0, 20).map(() => 1));
  });

  it('reach, with a share of the fleet, that share of every shard, whatever the seed and the sizes', () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 99 }),
        fc.string(),
        (sizes, percent, seed) => {
          const placed = sizes.flatMap((n, s) =>
            Array.from({ length: n }, (_, i) => ({
              account: String(s).padStart(12, '0'),
              region: 'eu-west-1',
              node: { id: `i-${s}-${i}` },
            })),
          );
          const reached = new Map<string, number>();
          for (const { wave, shards } of cutIntoSlices(
            placed,
            waveSizes([`${percent}%`, '100%'], placed.length),
            seed,
          ))
            for (const { account, nodes } of wave === 0 ? shards : [])
              reached.set(account, nodes.length);
          const spread = sizes.map(
            (n, s) => (reached.get(String(s).padStart(12, '0')) ?? 0) - (n * percent) / 100,
          );
          // Rounded up once for the fleet, and to whole nodes in each shard.
          expect(Math.max(...spread.map(Math.abs))).toBeLessThan(2);
        },
      ),
    );
  });

  it('are cut into children of at most 100 shards and 5,000 nodes; a shard is never cut', () => {
    const many = cutIntoSlices(fleet(250, 1), waveSizes(['100%'], 250), 's');
    expect(many.map((s) => s.shards.length)).toEqual([100, 100, 50]);
    const large = cutIntoSlices(fleet(3, 3000), waveSizes(['100%'], 9000), 's');
    expect(large.map((s) => s.shards.map((x) => x.nodes.length))).toEqual([[3000], [3000], [3000]]);
    expect(large.map((s) => s.group)).toEqual([0, 1, 2]);
  });
});
