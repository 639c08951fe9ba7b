/** How much memory does each function take at its peak? */
import { counted, nameOf, type Size, SIZES } from './support/fleet.ts';
import { STEPS } from '../contract/names.ts';
import type { Counted } from './support/counted.ts';
import { alone, type Answer } from './support/table.ts';

/** All in one account and Region, so in one child: a shard is never cut. Each says as much as a row holds. */
export const CROWD: Size = { accounts: 1, regions: 1, nodes: 50_000, characters: 2_400 };

export async function memory(sizes: readonly Size[] = SIZES): Promise<Answer> {
  const all: Counted['peaks'][] = [];
  for (const size of sizes) all.push((await counted(size)).peaks);
  return {
    title: 'Peak memory of the functions (MiB, the whole process)',
    head: ['function', ...sizes.map(nameOf)],
    rows: STEPS.map((step) => [step, ...all.map((peaks) => peaks[step].toFixed(0))]),
    notes: [
      'Goal: at most 256. The real bundle runs in a process of its own, with the input that it had in the dispatch; those of the recall look at the whole dispatch as if it had told nothing yet, doctor at 50 shards. The nodes of 1 × 1 × 50,000 say 2,400 characters each, the others a word. Node itself takes about 45 of it.',
    ],
  };
}

await alone(import.meta, memory);
