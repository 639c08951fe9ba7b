import { describe, expect, it } from '@jest/globals';
import { ahead, writing } from '../../../lambdas/shared/ahead.ts';

/** Loads that end when they are told to, in the order in which they were begun. */
function loading() {
  const begun: number[] = [];
  let most = 0;
  let open = 0;
  const load = async (n: number): Promise<string> => {
    begun.push(n);
    most = Math.max(most, ++open);
    // The later ones are faster.
    for (let turn = 0; turn < 20 - n; turn++) await Promise.resolve();
    open--;
    return `${n}`;
  };
  return { begun, load, most: () => most };
}

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
};

describe('loading ahead', () => {
  const numbers = Array.from({ length: 10 }, (_, n) => n);

  it('keeps the order, and loads no more at once than it may', async () => {
    const { load, most } = loading();
    const taken = await all(ahead(numbers, load, { atOnce: 3, room: 100, weigh: () => 1 }));
    expect(taken).toEqual(numbers.map(String));
    expect(most()).toBe(3);
  });

  it('holds no more than there is room for; what is larger than that comes alone', async () => {
    const { load, most } = loading();
    const weigh = (n: number) => (n === 5 ? 1_000 : 4);
    expect(await all(ahead(numbers, load, { atOnce: 9, room: 8, weigh }))).toHaveLength(10);
    expect(most()).toBe(2);
  });

  it('fails where the thing that failed would have come, and loads nothing after that', async () => {
    const { begun, load } = loading();
    const failing = (n: number) => (n === 2 ? Promise.reject(new Error('gone')) : load(n));
    const taken: string[] = [];
    const take = async () => {
      const items = ahead(numbers, failing, { atOnce: 2, room: 100, weigh: () => 1 });
      for await (const item of items) taken.push(item);
    };
    await expect(take()).rejects.toThrow('gone');
    expect(taken).toEqual(['0', '1']);
    expect(begun).toEqual([0, 1, 3]);
  });
});

describe('writing some at a time', () => {
  it('waits for room, and at the end for all', async () => {
    const written: number[] = [];
    const { promise: first, resolve } = Promise.withResolvers<void>();
    const writes = writing(2);
    await writes.add(first.then(() => void written.push(1)));
    const second = writes.add(first.then(() => void written.push(2)));
    let free = false;
    void second.then(() => (free = true));
    await Promise.resolve();
    expect(free).toBe(false);
    resolve();
    await second;
    await writes.end();
    expect(written).toEqual([1, 2]);
  });

  it('fails for what was not written', async () => {
    const writes = writing(5);
    await writes.add(Promise.reject(new Error('no bucket')));
    await expect(writes.end()).rejects.toThrow('no bucket');
  });
});
