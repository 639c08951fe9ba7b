/** Several sequences, each in the order of its names, as one: all items of a name together. */
import { compare } from './found.ts';

export async function* merged<T extends { readonly name: string }>(
  sources: readonly AsyncIterable<T>[],
): AsyncGenerator<readonly T[]> {
  const heads = await Promise.all(
    sources.map(async (source) => {
      const items = source[Symbol.asyncIterator]();
      return { items, head: await items.next() };
    }),
  );
  for (;;) {
    const names = heads.flatMap(({ head }) => (head.done === true ? [] : [head.value.name]));
    const [first] = names.toSorted(compare);
    if (first === undefined) return;
    const same: T[] = [];
    for (const each of heads)
      while (each.head.done !== true && each.head.value.name === first) {
        same.push(each.head.value);
        each.head = await each.items.next();
      }
    yield same;
  }
}
