/** How much memory does each function take at its peak? */
import { counted, nameOf, type Size, SIZES } from './support/fleet.ts';
import type { Peaks } from './support/peaks.ts';
import { alone, type Answer } from './support/table.ts';

export async function memory(sizes: readonly Size[] = SIZES): Promise<Answer> {
  const all: Peaks[] = [];
  for (const size of sizes) all.push((await counted(size)).peaks);
  const steps = ['discover', 'freeze', 'send', 'poll', 'collect', 'gate', 'report'] as const;
  return {
    title: 'Peak memory of the functions (MiB, the whole process)',
    head: ['function', ...sizes.map(nameOf)],
    rows: steps.map((step) => [step, ...all.map((peaks) => peaks[step].toFixed(0))]),
    notes: [
      'Goal: at most 256. The real bundle runs in a process of its own, with the input that it had in the dispatch; Node itself takes about 45 of it.',
    ],
  };
}

await alone(import.meta, memory);
