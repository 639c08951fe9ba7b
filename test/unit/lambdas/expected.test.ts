/** What a plan says it will cost is near what is counted of such a dispatch (docs/figures.md). */
import { describe, expect, it } from '@jest/globals';
import { dollars } from '../../../lambdas/freeze/expected.ts';

describe('the expected price', () => {
  const large = {
    groups: 200,
    children: 200,
    waves: 1,
    shards: 20_000,
    batches: 20_000,
    hybrid: 0,
  };

  it('of 400,000 nodes in 20,000 accounts and Regions is that of the figures, roughly', () => {
    expect(dollars(large)).toBeGreaterThan(0.4);
    expect(dollars(large)).toBeLessThan(0.8);
  });

  it('grows with hybrid nodes by what Systems Manager asks', () => {
    expect(dollars({ ...large, hybrid: 1_000 }) - dollars(large)).toBeCloseTo(2);
  });

  it('of a small dispatch is a fraction of a cent', () => {
    const small = { groups: 1, children: 3, waves: 3, shards: 7, batches: 11, hybrid: 0 };
    expect(dollars(small)).toBeLessThan(0.01);
    expect(dollars(small)).toBeGreaterThan(0.0005);
  });
});
