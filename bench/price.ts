/** How many state transitions, and what does a dispatch cost? */
import { counted, nameOf, nodesOf, shardsOf, type Size, SIZES } from './support/fleet.ts';
import { PRICE_NOTE, priceOf } from './support/priceOf.ts';
import { alone, type Answer, count, dollars } from './support/table.ts';

export async function price(sizes: readonly Size[] = SIZES): Promise<Answer> {
  const rows: (string | number)[][] = [];
  for (const size of sizes) {
    const figures = await counted(size);
    const { states, lambda, s3, together } = priceOf(figures);
    rows.push([
      nameOf(size),
      count(nodesOf(size)),
      count(figures.transitions),
      count(figures.invocations),
      ...[states, lambda, s3, together].map(dollars),
    ]);
  }
  return {
    title: 'State transitions and price of a dispatch of 5 minutes',
    head: [
      'accounts × Regions × nodes',
      'nodes',
      'state transitions',
      'Lambda invocations',
      'Step Functions',
      'Lambda',
      'S3',
      'together',
    ],
    rows,
    notes: [
      'Goal for 400,000 nodes: at most 15,000 transitions, and $0.60 for those and Lambda.',
      ...(await reckoned(sizes)),
      PRICE_NOTE,
    ],
  };
}

/** Where the largest was left out: groups do not know of each other, so what one takes is taken by each. */
async function reckoned(sizes: readonly Size[]): Promise<string[]> {
  const [size, largest] = [sizes.at(-1), SIZES.at(-1)];
  if (!size || !largest || nodesOf(size) >= nodesOf(largest)) return [];
  const figures = await counted(size);
  const factor = shardsOf(largest) / shardsOf(size);
  const { transitions } = figures;
  return [
    `${nameOf(largest)}, reckoned from ${nameOf(size)} by the number of shards: ${count(transitions * factor)} transitions, ${dollars(priceOf(figures).together * factor)}.`,
  ];
}

await alone(import.meta, price);
