/** How many state transitions, and what does a dispatch cost? */
import { counted, nameOf, nodesOf, SIZES } from './support/fleet.ts';
import { PRICE_NOTE, priceOf } from './support/priceOf.ts';
import { alone, type Answer, count, dollars } from './support/table.ts';

export async function price(sizes = SIZES): Promise<Answer> {
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
    notes: ['Goal for 400,000 nodes: at most 15,000 transitions and $0.60.', PRICE_NOTE],
  };
}

await alone(import.meta, price);
