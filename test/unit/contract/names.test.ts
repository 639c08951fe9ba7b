import { describe, expect, it } from '@jest/globals';
import { batchOf, commentOf } from '../../../contract/names.ts';
import { countOf, limitOf } from '../../../contract/primitives.ts';

describe('the comment of a command', () => {
  const longest = { dispatch: 'x'.repeat(64), wave: 19, group: 99_999, batch: '9999r9' };

  it('names its batch, within SSM’s 100 characters', () => {
    expect(batchOf(commentOf(longest))).toEqual(longest);
    expect(commentOf(longest).length).toBeLessThanOrEqual(100);
  });

  it.each([
    undefined,
    '',
    'fleetwide/',
    'fleetwide/a/0/0/0',
    'fleetwide/ab/0/0/x',
    'ours/ab/0/0/0',
  ])('%p is none of ours', (comment) => {
    expect(batchOf(comment)).toBeUndefined();
  });
});

describe('counts and shares', () => {
  it.each([
    ['5', 41, 5, 5],
    ['5%', 41, 3, 2],
    ['100%', 41, 41, 41],
    ['0%', 41, 0, 0],
    ['33.3%', 1000, 333, 333],
    ['10%', 1, 1, 0],
  ])('%s of %d is a wave of %d and a limit of %d', (value, of, wave, limit) => {
    expect(countOf(value, of)).toBe(wave);
    expect(limitOf(value, of)).toBe(limit);
  });
});
